# entrypoints: pkg/quota pkg/limits
package pkg

# Many documents under one name: a key that is known picks one; others come from base data.
quota := limit[input.plan]

limit["free"] := 10

limit["team"] := 100

limit["business"] := 1000

limit["partner"] := 5000 if input.contract

# A partial object with dynamic keys: rules are picked by what they compare.
limits[name] := 1 if {
	input.kind == "cpu"
	some name in input.names
}

limits[name] := 2 if {
	input.kind == "memory"
	some name in input.names
}

limits[name] := 3 if {
	input.kind == "disk"
	some name in input.names
}
