# METADATA
# scope: package
# title: pkg
# description: |
#   multi
#   line
# authors:
# - Jane Doe <jane@example.com>
# - name: X
# c68
#   email: y@z
# organizations: [A, B]
# related_resources:
# - https://example.com/a?b=c#d
# - ref: https://example.com
#   description: d
# custom:
#   a: 1
#   b: [x, 1.5, null, true]
#   c: {d: e}
package meta

# METADATA

# scope: document
# title: doc

# METADATA
# title: rule
# schemas:
# c61
# - input: schema.input
# - data.x: {type: object}
p := 1 if true

# c30
p := 2 if false

# c32
# METADATA
# entrypoint: true
q contains 1

q contains 2


