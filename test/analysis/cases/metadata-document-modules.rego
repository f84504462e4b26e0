package t

# METADATA
# scope: document
# title: a
p := 1 if input.a
# module: b.rego
package t

# METADATA
# scope: document
# title: b
p := 2 if input.b

# METADATA
# entrypoint: true
p := 3 if input.c
