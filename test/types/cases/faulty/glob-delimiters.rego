package types.glob_delimiters

p if glob.match("*.com", ".", "a.com")
