package t
p(x) := x
# module: b.rego
package t.p
