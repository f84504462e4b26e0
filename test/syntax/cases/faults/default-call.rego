package a
default p := count([1])
