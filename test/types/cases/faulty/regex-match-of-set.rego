package types.regex_match_of_set

p if regex.match({"a"}, "a")
