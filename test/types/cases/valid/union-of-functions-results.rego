package types.union_of_functions_results

pick(x) := {"a": 1} if x

pick(x) := {"b": 2} if not x

p if pick(true).a == 1

q if pick(false).b == 2
