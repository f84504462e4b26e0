# v0
package t
p { x := 1 }
