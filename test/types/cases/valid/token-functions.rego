package types.token_functions

p := io.jwt.decode(input.token)[1].sub

q if {
	[valid, _, payload] := io.jwt.decode_verify(input.token, {"secret": "x"})
	valid
	payload.sub == "alice"
}

r if io.jwt.verify_hs256(input.token, "secret")

s if [false, {}, {}] == io.jwt.decode_verify("x", {})
