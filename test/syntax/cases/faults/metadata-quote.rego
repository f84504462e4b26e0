package a
# METADATA
# title: "abc
p := 1
