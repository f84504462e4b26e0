package a
# METADATA
# custom: {b
p := 1
