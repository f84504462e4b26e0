# v0
package t
p[k] = v { input[k] }
