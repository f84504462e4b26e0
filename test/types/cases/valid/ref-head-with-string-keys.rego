package types.ref_head_with_string_keys

a["b-c"].d := 1

p if a["b-c"].d == 1
