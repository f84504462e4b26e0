package t
default p := 1
p := 3 if input.x
default p := 2

default p := 4
