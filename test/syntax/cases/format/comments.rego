#   leading   
# block

package   comments # after the package

# about the imports
import data.z # z
import data.a
# between
import data.m as n # m

# METADATA
# title: first
# METADATA
# title: second
p := 1 # one
q   =   2

# apart

r := { # open
	"a": 1, # a
	# above b
	"b": [ # list
		1, 2, # two
		3 # three
		# dangling
	],
	"c": {1, # in a set
	2},
	# last
} # close
s if { # body
	x := 1 # x

	# alone

	y := 2; z := 3 # both
	# end
} # done

t if x # short
u := f( # call
	1, # one
	[2, # two
	3],
)

v if {
	every k, v in r { # every
		k # k
		# in every
	} # after every
	some a, # a
		b # b
} else := 1 if { # else
	true # x
}

# above else
else := 2 if { false } # false
w := [x | # compr
	some x in r # in
	x > 1
	# trail
]
x contains y if { # contains
	y := 1
}
f(a, # a
b) := a + b # sum
g(a) := {
	# only a comment above
	"a": a,
}
# the last

#
#tight
