package a
p := \x
