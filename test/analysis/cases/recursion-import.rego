package t
import data.u.q
p if q
# module: b.rego
package u
import data.t.p
q if p
