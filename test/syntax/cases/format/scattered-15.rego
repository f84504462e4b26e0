package comps

a := [x | x := 1]
b 
	:= {x 
	| x := 1}
c := {x: y | 
	x := 1; y := 2
# h
}
d := [x | some x in xs; x > 1]
e := [[y | y := x] 
	|
 some x in xs]
f := {x: [y 
	|
 y 
	:= x] | some x in xs}
g := [x |
	some x in xs
	# c86
x > 1
]
h := {
# f11
"a": b | b := 1}
i := {[x, y] | x := 1; y := 2}
j := [{"a": x} | x := 1]
k := [f( # e13
x) | x := 1]
l := 
	[(x + 
	1) | x := 1]
m := {x.y: z[ # e54
0] | x; z}
n := count([ # e95
x | x
])
o := {x | x}[y]
p := [x | x][0]
q := [
x | {x | x} # g
]
r := { # e54
(x + 1): (y + 1) | x; y}
s := {
x + 1: y | x; y}
