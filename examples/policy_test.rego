package example_test

import data.example

test_admins_may_do_anything if {
	example.allow with input as {"user": "ada", "method": "DELETE"} with data.roles as {"ada": ["admin"]}
}

test_others_may_read if example.allow with input as {"user": "bob", "method": "GET"}

test_nobody_else if not example.allow with input as {"method": "GET"}
