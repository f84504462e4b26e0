package a
default p := [1, {"a": x}]
