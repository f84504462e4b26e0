# METADATA
# scope: package
# schemas:
#   - data.other: {type: object, properties: {a: {type: string}}}
package types.function_as_value_under_schema

f(x) := x

p if upper("a") with input as f

q if data.other.b == 1
