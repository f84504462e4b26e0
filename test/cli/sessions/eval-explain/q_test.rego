package q_test

import data.q

test_allow if q.allow with input as {"user": {"name": "bob"}}

test_note if {
	trace(sprintf("before %d", [1]))
	q.role == "user"
}

test_cases[name] if {
	some name in ["admin", "user"]
	q.role == name
}
