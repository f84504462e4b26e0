package a
# METADATA
# organizations: [b
p := 1
