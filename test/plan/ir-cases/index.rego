package test

default r1 := "none"

r1 := "one" if input.a == 1

r1 := "two" if input.a == 2

r1 := "x" if {
	input.a == 3
	input.b.c == "x"
}

r2 := x if {
	x := input.list[_]
	x > 1
	x < 3
} else := "e" if {
	input.a == {"a": {1, null}}
} else := 4

s[x].k contains y if {
	some x, y in input
}

s.fixed.n := 12345678901234567890

big(x) := "null" if x == null

big(x) := "big" if x == 12345678901234567890

big(x) := "set" if x == {1.5, "a", [null]}

big(x) := "true" if x == true

main0 := [r1, r2, s, data.test[input.k], data.test.big(null), big(12345678901234567890), big({"a", [null], 1.5}), big(true)]

main1 contains [path, value] if {
	walk(input, [path, value])
	not is_object(value)
}

main1 contains x if {
	[x, {"p": y, "q": [_, y]}] = [input.a, {"p": 2, "q": [1, 2]}]
}

main1 contains x if {
	some x
	data.test[x].fixed
}

main2[k] := v if {
	some k, v in {"a": {1, 2}, "b": s[_].n, "c": $"{input.a}-{input.zz}"}
	print("seen", k, input.zz)
}

main2.t := {k: v | some k, v in data.test; k in {"r1", "base", "s"}} if {
	every a, b in [1, 2, 3] { b == a + 1 }
	not every a in [1, 2, 3] { a < 3 }
	every a in [] { a }
}
