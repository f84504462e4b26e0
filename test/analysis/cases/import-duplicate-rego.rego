# v0
package t
import rego.v1
import rego.v1
import data.x.y as v1
p if v1
