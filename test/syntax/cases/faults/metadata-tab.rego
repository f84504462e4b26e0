package a
# METADATA
# title: a
#	b: c
p := 1
