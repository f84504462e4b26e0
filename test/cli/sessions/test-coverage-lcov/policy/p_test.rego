package authz_test
import data.authz
test_all if {
	authz with input as {"user": "ada", "roles": {"a": 1}} with data.users as {"ada": {"admin": true}}
	authz.f(2) == 4
	authz.dd(4)
}
