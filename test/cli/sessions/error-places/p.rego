package p

bad := to_number(input.x) + 1 / 0

conflict := 1 if true

conflict := 2 if true

keys := {"k": {a: b | some a in [1]; some b in [2, 3]}}
