package a
# METADATA
# title:x
p := 1
