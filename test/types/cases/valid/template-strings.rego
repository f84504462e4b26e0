package types.template_strings

p := $"{input.a} and {1 + 1} and {[x | x := 1]}"

q := upper($"{p}")
