package types.reference_into_call

p := io.jwt.decode("x")[3]
