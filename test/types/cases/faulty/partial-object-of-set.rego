package types.partial_object_of_set

index[first] contains word if {
	word := "word"
	first := substring(word, 0, 1)
}

p if index.w[1]
