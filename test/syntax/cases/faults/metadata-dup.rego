package a
# METADATA
# title: a
# title: b
p := 1
