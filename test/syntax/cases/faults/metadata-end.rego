package a
p := 1
# METADATA
# title: x
