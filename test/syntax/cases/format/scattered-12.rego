package sm

p if { some x }
p if {
 some x, y, z }
p if { some x in xs }
p if { some x, # e56
 y in xs }
p if { some _ in xs; some _,
 _ in xs }
p if { # e70
 some [x, y] in xs }
p if { some {"a": x} in xs }
# c29
p if { some "a", x 
	in xs }

p if { some x in [1, # e89
 
	2] with input as 1 }
p if {
 some x in f(
y) | z }
p if {
# f19
 some x,
 1 + y in xs }
p if some x
p if some x in xs
