package t
p := $"{walk(input)}"
