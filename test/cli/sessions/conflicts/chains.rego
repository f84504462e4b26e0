package chains

f(x) := 1 if x > 1
f(x) := 2 if {
	x > 100
} else := 3 if {
	x > 10
}

c := 1 if input.x > 1
c := 2 if {
	input.x > 100
} else := 3 if {
	input.x > 10
}

p["a"] := 1
p["a"] := 2 if {
	input.x > 100
} else := 3
