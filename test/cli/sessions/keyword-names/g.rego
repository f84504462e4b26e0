# top
package foo.in

# METADATA
# title: t
w := 1 if input.foo.as.z == 1

# METADATA
# scope: document
# description: d
v if input.q # x
