package inn

a if x in xs
b := x in xs
c := (k, v in xs)
d := f((k, v in xs))
e := [x in xs, y]
f := {x in xs: y in ys}
g if x in xs in ys
h if { k, v in xs }
i if not x in xs
j if not k, v in xs
k := x == y in zs
l := x in ys == zs
m := x | y in zs
n[x in xs] := 1
o if (x in xs) == true
p := {x in xs}
q := f(x in xs, y)
r if x, y in zs in ws
s := [(k, v in xs)]
