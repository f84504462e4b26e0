package a
p { true } else = 1 { true }
