package t
p := $"a{x + 1}b"
