package ev

p if every x in xs 
	{ x }
p if every k, v in xs { k; v }
p if { # e98
 every x in [1, 2] { x > 0; x < 3 } }
# c32
p if { every x in {1: 2} { x } with input as 1 }
p if { every x in f(y).z { # e38
 every 
	y in x { y } 
} }
# c1
p if { every x in { # e28
y | y := 1} { x } }
p if { every _ in xs {
 true } 
# h
}
p if {
	every x in xs {
		x
		some y in x
	
}
# c91
}

