# v0
package t
p { every }
