# first
# c4
package comments # pkg

# imports
import data.x # imp
# c28
# rule
p := 1 # p

q if { # brace
	# lead
	x # x
	# trail
} # end

# last

#
#no space
r := [ # open
	1, # one
	# two
	2 # last
	# c54
# dangling
]
	# c32
# indented
