package types.regex_functions

p if regex.match("a", "b")

q := regex.find_all_string_submatch_n("a", "b", -1)[0][1]

r := regex.replace("a", "b", "c")

s := regex.split("a", "b")[0]
