package a
p := $"{every x in y {x}}"
