package paths

# METADATA
# description: x
a[input.x] := 1 if true

# METADATA
# description: x
b.c[input.x.y] := 1 if true

# METADATA
# description: x
d[input.x].e := 1 if true

# METADATA
# description: x
f[x].e[input.y] := 1 if some x in input

# METADATA
# description: x
g[data.q] contains 1 if true

# METADATA
# description: x
h[upper(input.q)] := 1 if true

# METADATA
# description: x
i[[input.x, 1]] := 1 if true

# METADATA
# description: x
j contains input.x if true

# METADATA
# description: x
k.l[input[i]] := 1 if some i
# METADATA
# description: x
na[x] contains 1 if some x in input

# METADATA
# description: x
nb.c[x] contains 1 if some x in input

# METADATA
# description: x
nc[x].d contains 1 if some x in input

# METADATA
# description: x
nd["e"] contains 1 if some x in input

# METADATA
# description: x
ne[x] := 1 if some x in input

# METADATA
# description: x
nf[x].y := 1 if some x in input

# METADATA
# description: x
ng[x][y] contains 1 if some x, y in input

# METADATA
# description: x
nh[x] if some x in input

# METADATA
# description: x
ni.j[x] if some x in input

# METADATA
# description: x
nk contains x if some x in input

# METADATA
# description: x
nl[input.x] contains 1 if true

# METADATA
# description: x
nm[1] contains 1 if true
# METADATA
# description: x
nm.o[1] := 1 if true
# METADATA
# description: x
fp(x) := 1 if true
