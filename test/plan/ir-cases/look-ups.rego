package test

rank(1) := "one"

rank(2) := "two"

rank("x") := "letter"

rank(x) := "list" if x in {"r1", null, true}

rank(_) := "big" if input.a > 100

rank(x) := "two" if x == 2.0

clash("x") := 1

clash("y") := 2

clash(v) := 3 if v == "x"

pair("x", n) := n + 1 if n == 1

pair("x", n) := n + 2 if n == 3

pair("y", 3) := 0

pair(_, null) := "null"

doc["a"] := 1

doc["r1"] := {"n": 2}

doc["x"] := 3 if input.a == 3

doc["list"] := input.list

doc[7] := "seven"

part[k] := 1 if {
	input.b.c == "x"
	some k in input.list
}

part[k] := 2 if {
	input.b.c == "y"
	some k in input.list
}

part[k] := 3 if {
	input.b.c == "z"
	some k in input.list
}

main0 := {[y, z] |
	some x in [input.a, input.b.c, input.k, 2, 1.0, null, [1], {"a"}]
	y := rank(x)
	z := [v | v := pair("x", x)]
}

main1 contains v if {
	some x in [input.a, input.b.c, input.k, "list", "base", 7, "7", [1], null]
	v := [x, doc[x], [n | n := data.test.doc[x].n]]
}

main2["clash"] := clash(input.b.c)

main2["part"] := part

main2["y"] := clash("y")
