# case: schemas_a_01
# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {a: {type: string}}, additionalProperties: {type: number}}
package types.schemas_a_01
a1 if input.z == "x"
a2 if input.a == 1
a3 if input == 1
# case: schemas_a_02
# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {a: {type: [string, "null"]}, b: {type: "null"}, c: {enum: [1,2]}, d: {oneOf: [{type: string}]}, e: {const: 1}, f: {}, g: true, h: {not: {type: string}}, i: {type: ["null", array]}, j: {type: integer}}}
package types.schemas_a_02
a1 if input.a == 1
a2 if input.b == "x"
a3 if input.c == "x"
a4 if input.d == 1
a5 if input.e == "x"
a6 if input.f == "x"
a7 if input.g == "x"
a8 if input.h == "x"
a9 if input.i == "x"
a10 if input.j == "x"
# case: schemas_a_03
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.schemas_a_03
a1 if input == 1
# case: schemas_a_04
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{properties: {a: {type: string}}}, {properties: {a: {type: number}}}]}
package types.schemas_a_04
a1 if input == 1
# case: schemas_a_05
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{properties: {a: {type: string}}}, {items: {type: number}}]}
package types.schemas_a_05
a1 if input == 1
# case: schemas_a_06
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{type: string}, {type: number}]}
package types.schemas_a_06
a1 if input == 1
# case: schemas_a_07
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{type: string}, {minLength: 3}]}
package types.schemas_a_07
a1 if input == 1
# case: schemas_a_08
# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {z: {type: string}}, allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.schemas_a_08
a1 if input == 1
# case: schemas_a_09
# METADATA
# scope: package
# schemas:
#   - input: {properties: {z: {type: string}}, allOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.schemas_a_09
a1 if input == 1
# case: schemas_a_10
# METADATA
# scope: package
# schemas:
#   - input: {type: string, allOf: [{properties: {a: {type: string}}}]}
package types.schemas_a_10
a1 if input == 1
# case: schemas_a_11
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{"$ref": "#/definitions/x"}, {properties: {b: {type: number}}}], definitions: {x: {type: object, properties: {a: {type: string}}}}}
package types.schemas_a_11
a1 if input == 1
# case: schemas_a_12
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{"$ref": "#/definitions/x"}], definitions: {x: {type: object, properties: {a: {type: string}}}}}
package types.schemas_a_12
a1 if input == 1
# case: schemas_a_13
# METADATA
# scope: package
# schemas:
#   - input: {anyOf: [{"$ref": "#/definitions/x"}, {type: string}, {type: array, items: [{type: string}, {type: number}]}], definitions: {x: {type: object, properties: {a: {type: string}}}}}
package types.schemas_a_13
a1 if input == 1
# case: schemas_a_14
# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {z: {type: string}}, anyOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.schemas_a_14
a1 if input == 1
a2 if input.a == 1
a3 if input.b == "x"
a4 if input.c == "x"
a5 if input.z == 1
# case: schemas_a_15
# METADATA
# scope: package
# schemas:
#   - input: {type: object, anyOf: [{properties: {a: {type: string}}}, {properties: {b: {type: number}}}]}
package types.schemas_a_15
a1 if input == 1
a4 if input.c == "x"
# case: schemas_a_16
# METADATA
# scope: package
# schemas:
#   - input: {type: array, items: {type: string}, allOf: [{items: {type: string}}, {items: {type: string}}]}
package types.schemas_a_16
a1 if input == 1
# case: schemas_a_17
# METADATA
# scope: package
# schemas:
#   - input: {type: array, items: [{type: string}, {type: number}], allOf: [{items: [{type: string}]}, {items: [{type: string}, {type: number}, {type: boolean}]}]}
package types.schemas_a_17
a1 if input == 1
# case: schemas_a_18
# METADATA
# scope: package
# schemas:
#   - input: {type: array, items: [{type: string}], additionalItems: {type: number}}
package types.schemas_a_18
a1 if input == 1
a2 if input[0] == 1
a3 if input[1] == 1
a4 if input[_] == 1
# case: schemas_a_19
# METADATA
# scope: package
# schemas:
#   - input: {type: object, patternProperties: {"^a": {type: string}}}
package types.schemas_a_19
a1 if input == 1
a2 if input.abc == 1
# case: schemas_a_20
# METADATA
# scope: subpackages
# schemas:
#   - input: {type: object, properties: {a: {type: string}}}
package types.schemas_a_20

# METADATA
# scope: document
# schemas:
#   - input.a: {type: number}
a1 if input.a == "x"

a1 if input.a == "y"

# METADATA
# scope: rule
# schemas:
#   - input.b.c: {type: boolean}
a2 if { input.b.c == 1 }

# METADATA
# scope: rule
# schemas:
#   - input.a.c: {type: boolean}
a3 if { input.a.c == 1 }
# METADATA
# schemas:
#   - data.x.y: {type: boolean}
#   - data.x.z: {type: string}
a4 if { data.x.y == 1; data.x.z == 1; data.x.w == 1; data.v == 1; data.types.schemas_a_20.a1 == 2 }
# case: schemas_a_21
package types.schemas_a_21

# METADATA
# schemas:
#   - data.types.schemas_a_21.b: {type: object, properties: {a: {type: string}}}
a if { data.types.schemas_a_21.b.a == 1 }

b := {"a": 1}
c if { b.a == "x" }
