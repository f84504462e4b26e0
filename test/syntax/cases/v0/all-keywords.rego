package a

import future.keywords

p if { some x in y }
q contains 1 { true }
