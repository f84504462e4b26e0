package a
default
