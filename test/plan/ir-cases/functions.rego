package test

pick(xs) := x if {
	xs[_] == 1
	x := "one"
} else := "none"

default deny(_) := false

deny(x) if {
	x == input.list[_]
}

a.b[x] := y if some x, y in input.b

a.b.z := w if w := 1

main0 := [pick([0]), pick({"k": 1}), deny(3), deny(99), a, data.test.a.b.c, data.test.a]

main1 contains x if {
	some i, v in input.list
	q := [v, 8]
	y := [p | p := pick(q) with data.d as v; not deny(p) with input.list as [7]]
	x := [i, y]
}

main2[x] := y if {
	x := "one"
	not deny(1) with input.list as []
	y := {k: z |
		some k in input.list
		m := [k]
		z := pick(m) with data.test.deny as true
		deny(k) with data.test.deny as true
	}
}

main2.base := [v |
	some k
	v := data.e[k].c[_]
	not data.d[k]
]
