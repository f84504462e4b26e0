# case: schemas_b_01
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{"$ref": "#/definitions/x"}, {properties: {b: {type: number}}}], definitions: {x: {allOf: [{type: object, properties: {a: {type: string}}}]}}}
package types.schemas_b_01
a1 if input == 1
# case: schemas_b_02
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{"$ref": "#/definitions/x"}], definitions: {x: {allOf: [{type: object, properties: {a: {type: string}}}]}}}
package types.schemas_b_02
a1 if input == 1
# case: schemas_b_03
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{"$ref": "#/definitions/x"}], definitions: {x: {anyOf: [{type: object, properties: {a: {type: string}}}]}}}
package types.schemas_b_03
a1 if input == 1
# case: schemas_b_04
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{"$ref": "#/definitions/x"}], definitions: {x: {type: object, properties: {a: {"$ref": "#/definitions/x"}}}}}
package types.schemas_b_04
a1 if input == 1
a2 if input.a == 1
a3 if input.a.a.a == 1
# case: schemas_b_05
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{allOf: [{type: object, properties: {b: {type: string}}}]}, {properties: {c: {type: number}}}]}
package types.schemas_b_05
a1 if input == 1
# case: schemas_b_06
# METADATA
# scope: package
# schemas:
#   - input: {allOf: [{anyOf: [{type: object, properties: {b: {type: string}}}]}]}
package types.schemas_b_06
a1 if input == 1
# case: schemas_b_07
# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {x: {allOf: [{"$ref": "#/definitions/x"}, {properties: {q: {type: string}}}]}, y: {"$ref": "#/definitions/x"}}, definitions: {x: {type: object, properties: {a: {type: string}}}}}
package types.schemas_b_07
a1 if input == 1
# case: schemas_b_08
# METADATA
# scope: package
# schemas:
#   - input: {type: object, properties: {y: {"$ref": "#/definitions/x"}, z: {"$ref": "#/definitions/y"}}, definitions: {x: {type: string}, y: {type: array, items: {"$ref": "#/definitions/x"}}}}
package types.schemas_b_08
a1 if input == 1
# case: schemas_b_09
# METADATA
# scope: package
# schemas:
#   - input: {type: [object, array], properties: {y: {type: string}}, items: {type: string}}
package types.schemas_b_09
a1 if input == 1
# case: schemas_b_10
# METADATA
# scope: package
# schemas:
#   - input: {type: [number, string, boolean]}
package types.schemas_b_10
a1 if input == 1
a2 if input == "a"
a3 if input == true
# case: schemas_b_12
# METADATA
# scope: package
# schemas:
#   - input: {}
package types.schemas_b_12
a1 if input.x == 1
# case: schemas_b_13
# METADATA
# scope: package
# schemas:
#   - input: {properties: {a: {properties: {b: {items: {type: string}}}}}}
package types.schemas_b_13
a1 if input.a.b == 1
a2 if input.a.b[0] == 1
a3 if input.a.b.c == 1
