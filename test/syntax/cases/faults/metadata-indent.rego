package a
# METADATA
# custom:
#   x: 1
#  y: 2
p := 1
