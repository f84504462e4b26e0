package a
# METADATA
# title: a
# x
p := 1
