package a
p := $"{}"
