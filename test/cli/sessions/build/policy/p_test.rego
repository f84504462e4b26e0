package authz_test

import data.authz

test_allow if authz.allow with input as {"x": 1} with data.k as 1
