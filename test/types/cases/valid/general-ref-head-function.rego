package types.general_ref_head_function

lib.util.f(x) := x + 1

p if lib.util.f(1) == 2
