# METADATA
# scope: package
# title: pkg
# c93
# description: |
#   multi
#   line
# authors:
# - Jane Doe <jane@example.com>
# - name: X
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
# - input: schema.input
# - data.x: {type: object}
# c6
p := 1 if true

p := 2 if false

# METADATA
# entrypoint: true
# c79
q contains 1

q contains 2

