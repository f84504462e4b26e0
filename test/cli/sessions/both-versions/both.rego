package a
import rego.v1
import data.x
p contains x if { x := 1 }
q := 1 if { not p[2] }
