# METADATA
# title: a
package t

p := 1
# module: b.rego
# METADATA
# title: b
package t
# module: c.rego
# METADATA
# title: b
# scope: subpackages
package t
# module: d.rego
# METADATA
# title: b
# scope: subpackages
package t
