# METADATA
# title: pkg
package meta

# METADATA
# title: rule
# schemas:
#   - input: {type: object}
r := rego.metadata.chain()[1].annotations.title

# METADATA
# title: two
s := rego.metadata.rule().title
