package types.function_result

double(n) := n * 2

p if double(2) == "4"
