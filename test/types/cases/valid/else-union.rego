package types.else_union

grade := "a" if input.x else := 5

p if grade == 5

q if grade == "a"
