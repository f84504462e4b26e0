package t

# METADATA
# scope: document
# title: a
p[x] := 1 if x := "a"

# METADATA
# scope: document
# title: a
p[x] := 2 if x := "b"

# METADATA
# scope: document
# title: a
p.c := 2

# METADATA
# scope: rule
# title: a

# METADATA
# scope: rule
# title: a
q := 2
