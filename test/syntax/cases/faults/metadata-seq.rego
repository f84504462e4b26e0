package a
# METADATA
# organizations: x
p := 1
