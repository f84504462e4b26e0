package types.sprintf_arguments

p := sprintf("%d", 3)
