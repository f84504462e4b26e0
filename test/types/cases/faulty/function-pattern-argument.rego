package types.function_pattern_argument

area(["circle", r]) := r * r

p := area(["circle", "2"])
