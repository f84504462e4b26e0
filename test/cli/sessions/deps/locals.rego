package locals

t if {
	x := input.a
	y := x.b
	y.c == data.z.w
	z := {k: v | some k, v in x.m; v.n}
	count(z) > 0
}

u if {
	x := data.locals.pkg
	x.q
}

pkg := {"q": input.r}

v contains x if {
	x := input.items[_]
	x.ok
}

w := y if {
	x := input.w1
	y := x.w2
}

f(a) := a.b if a.c == input.fc

g if f(input.obj) == input.exp

h if {
	x := input.h1
	some y in x.h2
	y.z == x.h3
}

i if {
	x := input.i1
	not x.i2
}

j if {
	[a, b] := input.pair
	a.b
	{"k": kk} = input.ob
	kk == 1
}

k if {
	x := input.k1
	data.tbl[x.k2].name == "n"
}

l if {
	x := input.l1 with input.zz as 1
	x.y
}

m if input.xs[0].y == data.b["x y"][1.5][null].z

n if {
	x := input.whole
	x.part == 1
	print(x.printed)
	q with input.mocked as input.instead
}

q if count(input.strs) > 0
