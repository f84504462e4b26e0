package t
p if input.x with input.x as f(1)
