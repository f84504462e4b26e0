package layout
import rego.v1
import future.keywords.in
import input.x
import data.b
import data.a

import data.d
a:=1
b:="x"
c:={"a":1,"b":[1,2,{"c":3}]}
d if{x;y}
e if{
x
y}
f if x
f if y

f if z
g := [
1, 2,
3, 4]
h := {
"a": 1, "b": 2,
"c": 3}
i := {"a": {
	"b": 1}}
j := f(1,
2)
k := f(
	1, 2,
)
l if {
	a with input as {"x": 1} with data.y as 2
	a with input as {"x": 1}
		with data.y as 2
		with data.z as 3
	f(
		1,
	) with input as 1
	not a with input as 1


	b
}
m := [x | x := 1]
n := [x | x := 1; y := 2]
o := [x |
	x := 1]
p := {x: y |
	x := 1
	y := 2
}
q := {
	x | x := 1
}
r := 1 if { x } else := 2 if { y } else := 3
s := 1 if {
	x
} else := 2 if {
	y
}
t := 1 if {
	x
}
else := 2 if {
	y
}
default u = 1
default v := {
	"a": 1}
w[x] if some x in y
x.y.z if true
y contains 1
z contains x if { some x in y }
aa := (1 + 2) * 3 - 4
ab := x | y & z
ac := {(x | y), z}
ad if (x | y) == z
ae := x["a"].b["c d"]["if"][0][y]
af := $"a{x}b{1}c{f(x)}"
ag := `raw
text`
ah if { {x} == {1} }
aj if every x in [1, 2] { x > 0 }
ak if every x in [1, 2] {
	x > 0
	x < 3
}
al(x) := y if { y := x } else := 1
am := -x
an := x in [1,
2]
