package a
import rego.v1
p[x] { x := 1 }
q["a"]
r { x } else = 1 { y }
