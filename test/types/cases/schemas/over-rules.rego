package types.over_rules

# METADATA
# schemas:
#   - data.types.over_rules.b: {type: object, properties: {a: {type: string}}}
a if { data.types.over_rules.b.a == 1 }

b := {"a": 1}

c if { b.a == "x" }
