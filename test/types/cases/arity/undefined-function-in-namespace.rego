package types.undefined_function_in_namespace

p := strings.no_such(1)
