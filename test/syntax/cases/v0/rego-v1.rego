package a

import rego.v1

p if true
q contains x if some x in y
