package t
f(input) := input
