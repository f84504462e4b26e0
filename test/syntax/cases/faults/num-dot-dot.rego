package a
p := ..5
