# entrypoints: loops/pairs loops/all loops/tree
package loops

pairs contains [x, y] if {
	some x in input.xs
	some y in input.ys
	y.owner == input.owner.name
	x == y.id
}

all if every x in input.xs { x > input.limits.low }

tree[k].names contains name if {
	some k, v in input.groups
	name := v.names[_]
}

tree.fixed := 1
