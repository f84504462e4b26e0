package t
p if re_match("a", "a")
