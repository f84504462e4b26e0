package t
p := $"{x + 1}" if x := 1
