# METADATA
# title: |
#   two
#   lines
# custom:
#   nested: {a: "0123456789012345678901234567890123456789", b: "0123456789012345678901234567890123456789"}
# schemas:
#   - input: {type: object, properties: {abcdefghijklmnopqrstuvwxyz: {type: string}, abcdefghijklmnopqrstuvwxyz2: {type: string}}}
package a

p := 1
