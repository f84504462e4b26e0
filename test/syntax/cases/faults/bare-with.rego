package a
x with input as 1
