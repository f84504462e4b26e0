package a
p := $"abc{x}def
