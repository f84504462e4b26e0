package types.in_function

# METADATA
# schemas:
#   - input: {type: object, properties: {n: {type: number}}}
f(x) := x + input.m

g(x) := x + input.m
