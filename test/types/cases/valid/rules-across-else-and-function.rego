package types.rules_across_else_and_function

f(x) := 1 if {
	x > 0
} else := "negative" if {
	x < 0
} else := null

p if f(1) == 1

q if f(-1) == "negative"

r if f(0) == null
