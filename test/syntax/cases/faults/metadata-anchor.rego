package a
# METADATA
# custom: *y
p := 1
