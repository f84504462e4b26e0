package rules

two := x if x := input.a

two := x if x := input.b

flags := 1 if input.z == true

flags := 2 if input.y == true

level(x) := 1 if x.a

level(x) := 2 if x.b

plain := 1 if input.z

plain := 2 if input.y == true
