package s
# METADATA
# schemas:
# - input: schema.input
# - data.thing: schema.sub.other
p if input.usr.name == "x"

# METADATA
# schemas:
# - input: schema.input
# - data.thing: schema.sub.other
q if data.thing.y == 1
