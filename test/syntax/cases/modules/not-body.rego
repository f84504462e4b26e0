package nb

import future.keywords.not

p if not x
p if not { x; y }
p if { not x == 1; not { y } with input as 1; not f(x) with input as 2 }
p if { not { not { x } } }
p if { x }
p if { not x in y; not k, v in y }
p if not { some x in y; x > 1 }
p if not {
	x
	y
}
