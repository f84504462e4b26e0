# v0
package t
f(input) = input
