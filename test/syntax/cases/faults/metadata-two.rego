package a
# METADATA
# title: x
# METADATA
# foo
p := 1
