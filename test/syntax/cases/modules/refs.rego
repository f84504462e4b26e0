package refs

a := input
b := input.x
c := input["x"]
d := input.x.y[0]["z"][w][_]
e := data.x[y.z][f(1)]
f := x.if.in.contains.not.null.true.with.as
g := f(x)(y)
h := f(x).y[z].w(1)
i := [1, 2][0]
j := {"a": 1}.a
k := {1, 2}[x]
l := {"a": 1}["a"]
m := input.x["y z"].w
p := contains(x, y)
q := contains
r := io.jwt.decode(x)
s := x["a.b"]
t := x[""]
u := x["if"]
v := input[input.x]
w := x[[1]][{"a": 1}][{1}]
y := x[y | z]
z := x[k, v in w]
n if {
	not.x
	every.x
	false.x
	if.x
}
