# v0
package t
p { input.x == 1; input := 1; input == 1 }
