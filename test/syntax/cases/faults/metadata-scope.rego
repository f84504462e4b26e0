package a
# METADATA
# scope: foo
p := 1
