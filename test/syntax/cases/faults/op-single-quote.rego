package a
p := 'x'
