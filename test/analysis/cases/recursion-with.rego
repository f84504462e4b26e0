package t
p if input.a with input.a as p
