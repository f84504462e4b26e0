package types.numeric_keys

slots[1] := "a"

slots[2] := true

p if slots[1] == "a"

q if slots[2]
