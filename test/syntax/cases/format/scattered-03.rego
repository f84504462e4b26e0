# first
package comments # pkg

# imports
import data.x # imp
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
	# dangling
]
	# indented
