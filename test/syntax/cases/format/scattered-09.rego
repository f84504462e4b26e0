# first
package comments # pkg

# imports
import data.x # imp
# rule
# c38
p := 1 # p

q 
	if { # brace
	# lead
	x # x
	# trail
} # end

# last

#
#no space
# c96
r := [ # open
	1, # one
	# c98
# two
	2 # last
	# dangling
]
	# indented
