package authz.api_test

import data.authz.api

secret := "a very secret key of some length"

jwt(claims) := io.jwt.encode_sign({"alg": "HS256", "typ": "JWT"}, claims, {"kty": "oct", "k": base64url.encode_no_pad(secret)})

request(method, path, claims) := {"method": method, "path": path, "headers": {"authorization": concat(" ", ["Bearer", jwt(claims)])}}

test_public if api.allow with input as {"method": "GET", "path": "/public/"}

test_own_orders if api.allow with input as request("GET", "/users/42/orders", {"sub": "42", "exp": 200}) with data.keys.hs as secret with data.clock as 100000000000

test_expired if not api.allow with input as request("GET", "/users/42/orders", {"sub": "42", "exp": 50})
	with data.keys.hs as secret
	with data.clock as 100000000000

test_others_orders if {
	not api.allow with input as request("GET", "/users/41/orders", {"sub": "42"}) with data.keys.hs as secret with data.clock as 1
	api.status == {"code": 401, "reason": "no token"} with input as {"method": "GET", "path": "/users/41/orders"}
}

test_options if api.allow with input as {"method": "OPTIONS", "path": "/x"}

test_wrong_status[method] if {
	some method, code in {"OPTIONS": 200, "PUT": 401, "PATCH": 403}
	api.status.code == code with input as {"method": method, "path": "/"}
}
