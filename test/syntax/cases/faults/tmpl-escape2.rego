package a
p := $"{x}\u12"
