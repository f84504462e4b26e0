package a
p := "a	b\n"
