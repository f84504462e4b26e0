# v0
package t
import rego.v1
import data.a.x
import data.b.x
p if { input := 1; input == 1 }
