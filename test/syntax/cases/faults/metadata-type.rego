package a
# METADATA
# title: [a]
# entrypoint: 3
p := 1
