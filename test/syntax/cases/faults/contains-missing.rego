package a
p contains
