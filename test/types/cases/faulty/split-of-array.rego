package types.split_of_array

parts := split(["a/b"], "/")
