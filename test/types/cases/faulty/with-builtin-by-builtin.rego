package types.with_builtin_by_builtin

p if count("a") == 1 with count as startswith
