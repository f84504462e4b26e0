package types.string_functions

p := concat(", ", ["a", "b"])

q := concat(", ", {"a"})

r := sprintf("%s is %d (%v)", ["a", 1, {"b": [null]}])

s := replace(lower("A"), "a", trim(" b ", " "))

t := strings.any_prefix_match("abc", {"a"})

u := indexof_n("abcabc", "a")[0] + 1
