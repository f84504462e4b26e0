package w
a if input.x
b if input.y
test_a if a with input.x as 1
