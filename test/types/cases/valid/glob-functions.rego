package types.glob_functions

p if glob.match("*.com", ["."], "a.com")

q if glob.match("*", null, "a")

r if glob.match("*", [], input.x)
