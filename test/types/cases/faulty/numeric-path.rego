package types.numeric_path

slots[1] := "a"

slots[2] := "b"

p if slots[1] == 2
