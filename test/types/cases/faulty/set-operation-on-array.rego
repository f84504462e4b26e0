package types.set_operation_on_array

p := [1] | {2}
