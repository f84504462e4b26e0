package types.default_function_result

default level(_) := 0

level(user) := 1 if user == "root"

p if level("root") == "1"
