package types.arithmetic

p := ((1 + 2) * 3) / 4 % 5

q if -1 < abs(-1)

r if 1 + 1 == 2.0
