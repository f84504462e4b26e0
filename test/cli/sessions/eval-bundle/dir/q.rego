package q

p := data.d.z
