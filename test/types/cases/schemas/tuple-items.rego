# METADATA
# scope: package
# schemas:
#   - input: {type: array, items: [{type: string}, {type: number}]}
package types.tuple_items

a1 if input[0] == 1

a2 if input[1] == 1

a3 if input[2]

a4 if input == 1
