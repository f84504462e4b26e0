package a
p contains 1 { true }
