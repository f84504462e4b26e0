package t

# METADATA
# scope: document
# title: a
u.p := 1 if input.a
# module: b.rego
# METADATA
# title: b
# scope: subpackages
package t.u.p
