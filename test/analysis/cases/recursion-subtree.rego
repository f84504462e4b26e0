package t.a
p if data.t[_].q
# module: b.rego
package t.b
q if data.t.a.p
