package els

p := 1 if { false } else := 2 if { true } else := 3
q if { false } else if { true } else := true
r := 1 if false else := 2 if true else := 3
s := 1 if {
	false
}

else := 2 if {
	true
}
t.u := 1 if { false } else := 2
t.v if { false } else := 2
