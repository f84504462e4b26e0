package a
p := $"{[x}"
