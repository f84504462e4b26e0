package t
p := x if input.a
