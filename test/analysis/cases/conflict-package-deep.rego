package t
p.q := 1
# module: b.rego
package t.p.q
r := 1
