package a
# METADATA
# related_resources: [{a: b}]
p := 1
