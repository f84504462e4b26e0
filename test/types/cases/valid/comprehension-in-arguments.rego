package types.comprehension_in_arguments

p if count([x | some x in [1, 2]]) == sum([y | some y in {1, 2}])

q if concat(",", {s | some s in ["a"]}) == "a"
