package a
p { true } else = 1 { false } { true }
