package a
p := 0x1F
