package a
p if { x => y }
