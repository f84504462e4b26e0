package a
p := a. b
