package types.nested_call_result

p := round(lower(input.x))
