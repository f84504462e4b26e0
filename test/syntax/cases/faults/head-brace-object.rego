package a
p = {"a": 1 {true}
