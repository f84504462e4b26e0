# v0
package t
p { input := 1; input == 1 }
q { data := 1; data == 1 }
f(x) = y { input := x; y = input }
