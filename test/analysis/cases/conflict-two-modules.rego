package t
p := 1
# module: b.rego
package t
p contains 2
