package authz.api

import data.authz.rbac

default allow = false

default status := {"code": 403, "reason": "default"}

# path segments, `GET /users/42/orders`
segments := split(trim(input.path, "/"), "/")

allow if {
	input.method == "GET"
	segments == ["public"]
}

allow if {
	some id
	segments = ["users", id, "orders"]
	id == token.payload.sub
}
allow if { false } else := true if { input.method == "OPTIONS" }

allow if { segments[0] == "admin"; "admin" in token.payload.roles }

token := {"payload": payload, "valid": valid} if {
	[valid, _, payload] := io.jwt.decode_verify(bearer, {"secret": data.keys.hs, "alg": "HS256", "time": data.clock})
}

bearer := substring(h, 7, -1) if {
	h := input.headers.authorization
	startswith(h, "Bearer ")
}

status := {"code": 200} if allow
status := {"code": 401, "reason": "no token"} if { not allow; not token }
