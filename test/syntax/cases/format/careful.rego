# where opa fmt loses comments, arguments or the meaning
package careful

f(
# about the arguments
x, y) := x + y

p if (x in xs) == true

q if "foo", (2 in {2}) in {"foo": true}

r if { ({1} | {2}) }

s if { {x} }

s if { (x | y) == z; x }

s if { (x | y) = z; x }

u if {
	some i in [ # items
		1, # first
	]
}

s[_] if true

t if {
	g({"a": { # inside
"b": 1}}, {"c": 2}, x)
	y := 1 # after
}
# end
