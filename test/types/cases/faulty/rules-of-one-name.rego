package types.rules_of_one_name

level := 1 if input.a

level := "high" if input.b

p if level == null
