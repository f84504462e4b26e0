# METADATA
# scope: package
# schemas:
#   - input: {type: array, items: [{type: string}, {type: number}], allOf: [{items: [{type: string}]}, {items: [{type: string}, {type: number}, {type: boolean}]}]}
package types.all_of_items

a1 if input == 1
