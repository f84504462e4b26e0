package test

default r1 := "none"

r1 := "one" if input.a == 1

r1 := "two" if input.a == 2

r1 := "x" if {
	input.a == 3
	input.b.c == "x"
}

lib.r1 := r1

r2 := x if {
	x := input.list[_]
	x > 1
	x < 3
} else := "e" if {
	input.a == {"a": {1, null}}
} else := 4

lib.s[x].k contains y if {
	some x, y in input
}

lib.s.fixed.n := 12345678901234567890

big(x) := "null" if x == null

big(x) := "big" if x == 12345678901234567890

big(x) := "set" if x == {1.5, "a", [null]}

big(x) := "true" if x == true

main0 := [r1, r2, lib.s, data.test.lib[input.k], data.test.big(null), big(12345678901234567890), big({"a", [null], 1.5}), big(true)]

main1 contains [path, value] if {
	walk(input, [path, value])
	not is_object(value)
}

main1 contains x if {
	[x, {"p": y, "q": [_, y]}] = [input.a, {"p": 2, "q": [1, 2]}]
}

main1 contains x if {
	some x
	data.test.lib[x].fixed
}

main2[k] := v if {
	some k, v in {"a": {1, 2}, "b": lib.s[_].n, "c": $"{input.a}-{input.zz}"}
	print("seen", k, input.zz)
}

main2.t := {k: v | some k, v in data.test.lib} if {
	every a, b in [1, 2, 3] { b == a + 1 }
	not all_small
	every a in [] { a }
}

all_small if every a in [1, 2, 3] { a < 3 }
