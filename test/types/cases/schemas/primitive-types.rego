# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {s: {type: string}, n: {type: number}, i: {type: integer}, b: {type: boolean}, z: {type: "null"}, a: {type: array}, o: {type: object}}}
package types.primitive_types

a1 if input.s == 1

a2 if input.n == "x"

a3 if input.i == "x"

a4 if input.b == 1

a5 if input.z == "x"

a6 if input.a == 1

a7 if input.o == 1

a8 if input.o.x.y == 1

a9 if input.a[0] == 1
