package t
p if input.a with input[x] as 1
