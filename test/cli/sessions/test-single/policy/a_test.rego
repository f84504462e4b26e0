package a_test

test_fails if 1 == 2

test_table[note] if {
	some note, tc in {"one": {"n": 1, "want": 2}, "three": {"n": 3, "want": 7}, "two": {"n": 2, "want": 4}}
	tc.n * 2 == tc.want
}

test_nested[a][b] if {
	some a, tc in {"x": {"p": 1, "q": 2}, "y": {"p": 1}}
	some b, v in tc
	v == 1
}

two := 1 if true

two := 2 if true

test_conflict if two == 1
