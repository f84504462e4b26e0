package types.function_patterns

area(["circle", r]) := r * r

area(["square", a]) := a * a

area(["rectangle", a, b]) := a * b

p := area(["circle", 2]) + area(["square", 3])
