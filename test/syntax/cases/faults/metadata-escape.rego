package a
# METADATA
# title: "x\qy"
p := 1
