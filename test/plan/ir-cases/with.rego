package test

r1 := input.a

r2[k] := v if some k, v in data.d

f(x) := x + 1

g(x) := x * 10

h(x) := y if {
	y := f(x) with data.test.f as g
}

k(x) := f(x)

# Each patch sees the documents outside.
main0 := [x, y, z, k2] if {
	x := r1 with input as data.e with data.e as input
	y := data.e with input as data.e with data.e as input
	z := k(3) with data.test.f as g with input.a as 7
	k2 := [n | some v in input.list; n := k(v) with data.test.f as 9]
}

main1 contains [name, value] if {
	some name in input.list
	every v in data.d.list {
		not r2.zz with data.d as {"zz": v} with input.b.c as v
	}
	value := k(name) with data.test.f as input.list with input as 1
}

main1 contains x if {
	some v in data.d.list
	some x in input.list with input.list as [v, v + 10]
	not r1 with input.a as x > 11
	1 in [y | some y in input.list; y > 0 with input as {}]
}

main2["w"] := x if x := count([1, 2]) with count as 5

main2["v"] := x if x := max([1, 2]) with count as 3 with max as count

main2["u"] := x if x := r1 with input as 3

main2["n"] := y if y := [x | some i in [1, 2, 3]; x := input.a with input.a as i with data.d.a as i]

main2["o"] := y if y := data.test.base.x with data.test.base.x as 5

main2["h"] := h(4)
