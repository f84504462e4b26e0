package types.reference_into_call_key

p := uuid.parse("x").version.major.minor == time.clock(0).hour
