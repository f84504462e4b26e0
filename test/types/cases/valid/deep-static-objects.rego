package types.deep_static_objects

c := {"a": {"b": {"c": {"d": [1, {"e": "f"}]}}}}

p if c.a.b.c.d[1].e == "f"

q if c.a[_][_].d[0] == 1

r if {
	c[x].b
	x == "a"
}
