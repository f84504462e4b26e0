package types.key_of_array

methods := ["GET", "HEAD"]

p if methods.first == "GET"
