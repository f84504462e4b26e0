package types.arrays_of_mixed_elements

mixed := [1, "a", {"b": [true]}]

p if mixed[0] == 1

q if mixed[2].b[0]

r if mixed[_] == "a"

s if {
	mixed[i] == mixed[j]
	i != j
}
