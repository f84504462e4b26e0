# METADATA
# scope: package
# schemas:
#   - input: {"$ref": "#/definitions/tree", definitions: {tree: {type: object, properties: {name: {type: string}, children: {type: array, items: {"$ref": "#/definitions/tree"}}}}}}
package types.recursive_reference

a1 if input.children[0].children[1].name == "x"

a2 if input.children[0].children[1].name == 1

a3 if input.children[0].nam == "x"

a4 if input.children == 1

a5 if input.children[0] == 1

a6 if upper(input.children[_])
