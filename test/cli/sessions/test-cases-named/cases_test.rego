package a_test

level := "x" if input.user == "ann"

cases := {"ann": {"user": "ann", "n": 1}, "bob": {"user": "bob", "n": 2}}

test_in[name] if {
	some name, tc in cases
	level with input as tc
	tc.user in ["ann", "bob"]
}

test_print[name] if {
	some name, tc in cases
	level with input as tc
	print(tc)
}

test_template[name] if {
	some name, tc in cases
	level with input as tc
	$"{name}" != ""
}

test_sprintf[sprintf("%d_%s", [tc.n, name])] if {
	some name, tc in cases
	level with input as tc
}

test_lower[lower(name)] if {
	some name, tc in cases
	level with input as tc
}

test_key_template[$"case {tc.user}"] if {
	some name, tc in cases
	level with input as tc
}

test_nested[concat("-", [lower(name), upper(tc.user)])] if {
	some name, tc in cases
	level with input as tc
}

test_two[name][lower(tc.user)] if {
	some name, tc in cases
	level with input as tc
}

test_every[name] if {
	some name, tc in cases
	level with input as tc
	every x in [1] {
		x == 1
	}
}
