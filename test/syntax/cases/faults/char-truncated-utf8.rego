package a
# â‚
p := 1
