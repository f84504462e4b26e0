# entrypoints: t/s t/c
package t
s contains [x, ys] if {
	some x in input.xs
	ys := [y.name | some y in data.ys; y.id == x.id]
}
c := [x | some x in input.xs; count({z | some z in data.zs}) > x]
