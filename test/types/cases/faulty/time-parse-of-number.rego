package types.time_parse_of_number

p := time.parse_rfc3339_ns(time.now_ns())
