package a
p := $`abc{x}
