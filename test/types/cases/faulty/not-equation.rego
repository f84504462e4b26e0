package types.not_equation

p if not 1 == "1"
