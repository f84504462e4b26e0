package t
p := 1
# module: b.rego
package t.p
q := 1
