package t

# METADATA
# scope: document
# title: a
p := 1 if input.a

# METADATA
# scope: document
# title: b
p := 2 if input.b
