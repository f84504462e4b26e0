package a
default p
