package authz_test

import data.authz

test_passes if {
	authz.allow with input as {"user": "ada"} with data.users as {"ada": {"admin": true}}
}

test_fail if {
	x := 1
	y := input.z with input as {"z": 4}
	x == y
}

test_prints if {
	print("hello", 1)
	authz.f(2) == 4
}

test_print_fail if {
	print("hello fail")
	authz.f(2) == 5
}

todo_test_later if false

test_err if {
	x := to_number("a")
	authz.conflict == 1
}

test_table[note] if {
	some note, tc in {"one": {"a": 1, "w": 2}, "two": {"a": 2, "w": 4}, "three": {"a": 3, "w": 7}}
	authz.f(tc.a) == tc.w
}

test_nested[a][b] if {
	some a, tc in {"x": {"p": 1, "q": 2}, "y": {"p": 1}}
	some b, v in tc
	v == 1
}
test_undef if { not authz.nope }
test_dup if { true }
test_dup if { false }
test_arr := [1]
test_false := false
test_str := "x"
