# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {c: {enum: [1, 2]}, d: {oneOf: [{type: string}]}, e: {const: 1}, f: {}, g: true, h: {not: {type: string}}}}
package types.ignored_keywords

a1 if input.c == "x"

a2 if input.d == 1

a3 if input.e == "x"

a4 if input.f == "x"

a5 if input.g == "x"

a6 if input.h == "x"
