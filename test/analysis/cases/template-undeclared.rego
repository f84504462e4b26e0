package t
p := $"a{x}b"
