package a
p := $"{x; y}"
