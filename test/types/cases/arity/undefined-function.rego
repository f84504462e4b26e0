package types.undefined_function

p := no_such_function(1)
