package types.function_shadowed_argument

count_of(count) := count + 1

p if count_of(1) == 2
