package a
# METADATA
# title: a: b
p := 1
