# v0
package t
p[x] { x := 1 }
p[x] = y { x := 1; y := 2 }
