package types.scalar_constants

a := null

b := true

c := 12345678901234567890123

d := `raw "string"`

p if [a, b, c, d] == [null, true, 1, "s"]
