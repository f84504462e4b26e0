package types.comprehension_body

p := [x | x := 1; upper(x)]
