package types.every_with_key

p if {
	every i, x in [1, 2] {
		i < x
	}
}

q if {
	every k, v in {"a": 1} {
		upper(k) == "A"
		v == 1
	}
}
