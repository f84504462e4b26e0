package types.tuple_result

p if {
	[valid, header, payload] := io.jwt.decode_verify("a", {})
	startswith(valid, "t")
	header == payload
}
