# What is tested before the body: a rule that cannot hold by OPA's index ends before anything in it can fail.
# case: index obj
p contains 1 if {
	v := input.s * 2
	{"a": "b"} = data.c
}
# input: {"s": "x"}
# data: {"c": {"b": 1}}
# case: index arr
p contains 1 if {
	v := input.s * 2
	["b"] = data.c
}
# input: {"s": "x"}
# data: {"c": ["a"]}
# case: index arrvar
p contains x if {
	v := input.s * 2
	["b", x] = data.c
}
# input: {"s": "x"}
# data: {"c": ["a", 1]}
# case: index nested arr
p contains 1 if {
	v := input.s * 2
	["b", ["c"]] = data.c
}
# input: {"s": "x"}
# data: {"c": ["a", ["c"]]}
# case: index set
p contains 1 if {
	v := input.s * 2
	{"b"} == data.c
}
# input: {"s": "x"}
# data: {"c": ["a", ["c"]]}
# case: index ref
p contains 1 if {
	v := input.s * 2
	input.t == data.c
}
# input: {"s": "x", "t": 1}
# data: {"c": 2}
# case: index truthy
p contains 1 if {
	v := input.s * 2
	input.t
}
# input: {"s": "x", "t": false}
# case: index undefinedref
p contains 1 if {
	v := input.s * 2
	input.nope == 1
}
# input: {"s": "x", "t": false}
# case: index neq
p contains 1 if {
	v := input.s * 2
	input.t != false
}
# input: {"s": "x", "t": false}
# case: index glob
p contains 1 if {
	v := input.s * 2
	glob.match("a*", [], input.t)
}
# input: {"s": "x", "t": "b"}
# case: index globdelim
p contains 1 if {
	v := input.s * 2
	glob.match("a:*", [":"], input.t)
}
# input: {"s": "x", "t": "b:c"}
# case: index member
p contains 1 if {
	v := input.s * 2
	input.t in {"a", "b"}
}
# input: {"s": "x", "t": "c"}
# case: index memberarr
p contains 1 if {
	v := input.s * 2
	input.t in ["a", "b"]
}
# input: {"s": "x", "t": "c"}
# case: index memberobj
p contains 1 if {
	v := input.s * 2
	input.t in {"k": "a"}
}
# input: {"s": "x", "t": "c"}
# case: index memberother
p contains 1 if {
	v := input.s * 2
	"a" in input.t
}
# input: {"s": "x", "t": ["c"]}
# case: index startswith
p contains 1 if {
	v := input.s * 2
	startswith(input.t, "a")
}
# input: {"s": "x", "t": "c"}
# case: index funcarg
f(x, y) := 1 if {
	v := input.s * 2
	x == 1
}
p := f(2, 3)
# input: {"s": "x", "t": "c"}
# case: index funcargconst
f(1, y) := 1 if {
	v := input.s * 2
}
p := f(2, 3)
# input: {"s": "x", "t": "c"}
# case: index funcargarr
f([1, z], y) := 1 if {
	v := input.s * 2
}
p := f([2, 3], 3)
# input: {"s": "x", "t": "c"}
# case: index funcargobj
f({"a": 1}, y) := 1 if {
	v := input.s * 2
}
p := f({"a": 2}, 3)
# input: {"s": "x", "t": "c"}
# case: index some in
p contains 1 if {
	v := input.s * 2
	some x in input.t
	x == 1
}
# input: {"s": "x", "t": "c"}
# case: index dataref rule
q := 1
p contains 1 if {
	v := input.s * 2
	q == 2
}
# input: {"s": "x", "t": "c"}
# case: index dataref rule2
q := input.t
p contains 1 if {
	v := input.s * 2
	data.test.q == 2
}
# input: {"s": "x", "t": "c"}
# case: index var
p contains 1 if {
	v := input.s * 2
	w := input.t
	w == 2
}
# input: {"s": "x", "t": "c"}
# case: index assign const
p contains 1 if {
	v := input.s * 2
	w := 2
	w == input.t
}
# input: {"s": "x", "t": "c"}
# case: index compref
p contains 1 if {
	v := input.s * 2
	input.t[0].a == 2
}
# input: {"s": "x", "t": "c"}
# case: index wildref
p contains 1 if {
	v := input.s * 2
	input.t[_].a == 2
}
# input: {"s": "x", "t": []}
# case: index withmod
p contains 1 if {
	v := input.s * 2
	input.t == 2 with input.t as 3
}
# input: {"s": "x", "t": []}
# case: index negated
p contains 1 if {
	v := input.s * 2
	not input.t == 2
}
# input: {"s": "x", "t": 2}
# case: index else
p := 1 if {
	v := input.s * 2
	input.t == 3
} else := 2
# input: {"s": "x", "t": 2}
# case: index default
default p := 5
p := 1 if {
	v := input.s * 2
	input.t == 3
}
# input: {"s": "x", "t": 2}
# case: index complete two
p := 1 if {
	v := input.s * 2
	input.t == 3
}
p := 1 if {
	input.t == 2
}
# input: {"s": "x", "t": 2}
# case: index early exit
p if { input.t == 2 }
p if { input.s * 2 }
q if { input.s * 2 }
q if { input.t == 2 }
# input: {"s": "x", "t": 2}
# case: undefined bare set
p contains 1 if {
	v := input.s * 2
	input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare complete
p := 1 if {
	v := input.s * 2
	input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare deep set
p contains 1 if {
	v := input.s * 2
	input.t.u.v
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare deep complete
p := 1 if {
	v := input.s * 2
	input.t.u.v
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare deep func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t.u.v
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare data set
p contains 1 if {
	v := input.s * 2
	data.d.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare data complete
p := 1 if {
	v := input.s * 2
	data.d.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare data func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	data.d.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare idx set
p contains 1 if {
	v := input.s * 2
	input.t[0]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare idx complete
p := 1 if {
	v := input.s * 2
	input.t[0]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare idx func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t[0]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare wild set
p contains 1 if {
	v := input.s * 2
	input.t[_]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare wild complete
p := 1 if {
	v := input.s * 2
	input.t[_]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare wild func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t[_]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare var set
p contains 1 if {
	v := input.s * 2
	k := "t"; input[k]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare var complete
p := 1 if {
	v := input.s * 2
	k := "t"; input[k]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare var func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	k := "t"; input[k]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined neq set
p contains 1 if {
	v := input.s * 2
	input.t != 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined neq complete
p := 1 if {
	v := input.s * 2
	input.t != 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined neq func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t != 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined lt set
p contains 1 if {
	v := input.s * 2
	input.t < 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined lt complete
p := 1 if {
	v := input.s * 2
	input.t < 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined lt func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t < 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined startswith set
p contains 1 if {
	v := input.s * 2
	startswith(input.t, "a")
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined startswith complete
p := 1 if {
	v := input.s * 2
	startswith(input.t, "a")
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined startswith func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	startswith(input.t, "a")
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined not set
p contains 1 if {
	v := input.s * 2
	not input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined not complete
p := 1 if {
	v := input.s * 2
	not input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined not func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	not input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined count set
p contains 1 if {
	v := input.s * 2
	count(input.t) > 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined count complete
p := 1 if {
	v := input.s * 2
	count(input.t) > 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined count func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	count(input.t) > 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined assign set
p contains 1 if {
	v := input.s * 2
	z := input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined assign complete
p := 1 if {
	v := input.s * 2
	z := input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined assign func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	z := input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined some in set
p contains 1 if {
	v := input.s * 2
	some q in input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined some in complete
p := 1 if {
	v := input.s * 2
	some q in input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined some in func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	some q in input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined in set
p contains 1 if {
	v := input.s * 2
	input.t in [1,2]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined in complete
p := 1 if {
	v := input.s * 2
	input.t in [1,2]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined in func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t in [1,2]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined in2 set
p contains 1 if {
	v := input.s * 2
	1 in input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined in2 complete
p := 1 if {
	v := input.s * 2
	1 in input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined in2 func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	1 in input.t
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined every set
p contains 1 if {
	v := input.s * 2
	every q in input.t { q }
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined every complete
p := 1 if {
	v := input.s * 2
	every q in input.t { q }
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined every func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	every q in input.t { q }
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined glob set
p contains 1 if {
	v := input.s * 2
	glob.match("a*", [], input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined glob complete
p := 1 if {
	v := input.s * 2
	glob.match("a*", [], input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined glob func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	glob.match("a*", [], input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqref set
p contains 1 if {
	v := input.s * 2
	input.t == input.u
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqref complete
p := 1 if {
	v := input.s * 2
	input.t == input.u
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqref func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t == input.u
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqvar set
p contains 1 if {
	v := input.s * 2
	z := 1; input.t == z
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqvar complete
p := 1 if {
	v := input.s * 2
	z := 1; input.t == z
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqvar func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	z := 1; input.t == z
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqobj set
p contains 1 if {
	v := input.s * 2
	input.t == {"a": 1}
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqobj complete
p := 1 if {
	v := input.s * 2
	input.t == {"a": 1}
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqobj func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t == {"a": 1}
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined arr set
p contains 1 if {
	v := input.s * 2
	[input.t] == [1]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined arr complete
p := 1 if {
	v := input.s * 2
	[input.t] == [1]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined arr func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	[input.t] == [1]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined concat set
p contains 1 if {
	v := input.s * 2
	concat(",", [input.t]) == "a"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined concat complete
p := 1 if {
	v := input.s * 2
	concat(",", [input.t]) == "a"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined concat func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	concat(",", [input.t]) == "a"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined comp set
p contains 1 if {
	v := input.s * 2
	count([1 | input.t]) > 0
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined comp complete
p := 1 if {
	v := input.s * 2
	count([1 | input.t]) > 0
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined comp func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	count([1 | input.t]) > 0
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined with set
p contains 1 if {
	v := input.s * 2
	input.t with input.u as 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined with complete
p := 1 if {
	v := input.s * 2
	input.t with input.u as 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined with func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t with input.u as 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined isnum set
p contains 1 if {
	v := input.s * 2
	is_number(input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined isnum complete
p := 1 if {
	v := input.s * 2
	is_number(input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined isnum func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	is_number(input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare rule set
p contains 1 if {
	v := input.s * 2
	data.test.rr
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare rule complete
p := 1 if {
	v := input.s * 2
	data.test.rr
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare rule func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	data.test.rr
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare pkg set
p contains 1 if {
	v := input.s * 2
	data.other.x
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare pkg complete
p := 1 if {
	v := input.s * 2
	data.other.x
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined bare pkg func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	data.other.x
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined walk set
p contains 1 if {
	v := input.s * 2
	walk(input.t, [_, z])
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined walk complete
p := 1 if {
	v := input.s * 2
	walk(input.t, [_, z])
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined walk func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	walk(input.t, [_, z])
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined regex set
p contains 1 if {
	v := input.s * 2
	regex.match("a", input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined regex complete
p := 1 if {
	v := input.s * 2
	regex.match("a", input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined regex func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	regex.match("a", input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined tmpl set
p contains 1 if {
	v := input.s * 2
	$"{input.t}" == "a"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined tmpl complete
p := 1 if {
	v := input.s * 2
	$"{input.t}" == "a"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined tmpl func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	$"{input.t}" == "a"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined call set
p contains 1 if {
	v := input.s * 2
	f(input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined call complete
p := 1 if {
	v := input.s * 2
	f(input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined call func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	f(input.t)
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqcall set
p contains 1 if {
	v := input.s * 2
	f(input.t) == 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqcall complete
p := 1 if {
	v := input.s * 2
	f(input.t) == 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined eqcall func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	f(input.t) == 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined objget set
p contains 1 if {
	v := input.s * 2
	object.get(input.t, "a", 1) == 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined objget complete
p := 1 if {
	v := input.s * 2
	object.get(input.t, "a", 1) == 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined objget func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	object.get(input.t, "a", 1) == 1
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined arith set
p contains 1 if {
	v := input.s * 2
	input.t + 1 == 2
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined arith complete
p := 1 if {
	v := input.s * 2
	input.t + 1 == 2
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined arith func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t + 1 == 2
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined const set
p contains 1 if {
	v := input.s * 2
	1 == 2
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined const complete
p := 1 if {
	v := input.s * 2
	1 == 2
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined const func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	1 == 2
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined false set
p contains 1 if {
	v := input.s * 2
	false
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined false complete
p := 1 if {
	v := input.s * 2
	false
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined false func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	false
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined null set
p contains 1 if {
	v := input.s * 2
	null
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined null complete
p := 1 if {
	v := input.s * 2
	null
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined null func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	null
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined inputself set
p contains 1 if {
	v := input.s * 2
	input.t[input.u]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined inputself complete
p := 1 if {
	v := input.s * 2
	input.t[input.u]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined inputself func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	input.t[input.u]
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined lower set
p contains 1 if {
	v := input.s * 2
	lower(input.t) == "x"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined lower complete
p := 1 if {
	v := input.s * 2
	lower(input.t) == "x"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}
# case: undefined lower func
p := g(1)
g(x) := 1 if {
	v := input.s * 2
	lower(input.t) == "x"
}
rr := 1 if input.never
f(x) := x
# input: {"s": "x"}

# case: globs decide before what fails
# input: {"path": "/c/d", "zero": 0, "number": 5}
p if {
	1 / input.zero == 3
	glob.match("/b/*", ["/"], input.path)
}

q(path) if {
	1 / input.zero == 3
	glob.match("/b/*", ["/"], path)
}

r if q(input.path)

s if {
	1 / input.zero == 3
	path := input.path
	glob.match("/b/*", ["/", ":"], path)
}

t if {
	1 / input.zero == 3
	glob.match("b", [], input.path)
}

# case: globs of what is no text
# input: {"path": 5, "zero": 0}
p if glob.match("/b/*", ["/"], input.path)

q if glob.match("/b/*", ["/"], input.none)

r contains x if {
	some x in [1, 2]
	glob.match("/b/*", ["/"], input.path)
}

# case: globs that hold come to what fails
# input: {"path": "/b/d", "zero": 0}
p if {
	1 / input.zero == 3
	glob.match("/b/*", ["/"], input.path)
}

# case: globs without delimiters say nothing before
# input: {"path": "/c/d", "zero": 0}
p if {
	1 / input.zero == 3
	glob.match("/b/*", null, input.path)
}

# case: globs of more than parts say nothing before
# input: {"path": "/c/d", "zero": 0}
p if {
	1 / input.zero == 3
	glob.match("/b/**", ["/"], input.path)
}

# case: globs with a result say nothing before
# input: {"path": "/c/d", "zero": 0}
p if {
	1 / input.zero == 3
	x := glob.match("/b/*", ["/"], input.path)
	not x
}

# case: negated globs say nothing before
# input: {"path": "/c/d", "zero": 0}
p if {
	1 / input.zero == 3
	not glob.match("/b/*", ["/"], input.path)
}

# case: many globs
# input: {"path": "/api/r3/7/items", "other": "x.y.z"}
p contains 0 if glob.match("/api/r0/*/items", ["/"], input.path)

p contains 1 if glob.match("/api/r1/*/items", ["/"], input.path)

p contains 2 if glob.match("/api/*/*/items", ["/"], input.path)

p contains 3 if glob.match("/api/r3/*/items", ["/"], input.path)

p contains 4 if glob.match("/api/r3/*", ["/"], input.path)

p contains 5 if glob.match("/api/r3/**", ["/"], input.path)

p contains 6 if glob.match("/api/r3/?/items", ["/"], input.path)

p contains 7 if glob.match("*/api/r3/7/items", ["/"], input.path)

p contains 8 if glob.match("/api/r3/7/items/", ["/"], input.path)

p contains 9 if glob.match("x.*.z", [], input.other)

p contains 10 if glob.match("x.y", [], input.other)

p contains 11 if glob.match("/api/r3/*/items", ["/", ":"], input.path)

# case: many globs of an argument
p contains [name, x] if {
	some name in ["/a/b", "/a/c/d", "/b/b", "", "/", 5]
	x := f(name)
}

f(path) := 1 if glob.match("/a/*", ["/"], path)

f(path) := 2 if glob.match("/a/*/d", ["/"], path)

f(path) := 3 if glob.match("/b/*", ["/"], path)

f(path) := 4 if glob.match("", ["/"], path)

f(path) := 5 if glob.match("/", ["/"], path)

# case: globs replaced
# differs: OPA looks at the pattern although the function is replaced
# input: {"path": "/c/d"}
always(_, _, _) := true

p contains 1 if glob.match("/a/*", ["/"], input.path)

p contains 2 if glob.match("/b/*", ["/"], input.path)

p contains 3 if glob.match("/c/*", ["/"], input.path)

q contains x if {
	some x in p with glob.match as always
}

# case: globs and prints in the order of the index
# input: {"path": "/c/d", "zero": 0}
p contains 1 if {
	glob.match("/c/*", ["/"], input.path)
	1 / input.zero == 3
}

p contains 2 if to_number(input.path) == 3
# case: index elements wildcard
p contains 1 if { v := input.s * 2; input.xs[_] == "a" }
p contains 2 if { v := input.s + 2; "b" in input.xs }
p contains 3 if { input.xs[i] = "c"; i > 0 }
p contains 4 if { some x in input.xs; x == "d" }
# input: {"s": 1, "xs": ["a", "b", "a", "c", "e"]}
# case: index elements of an object and twice
p contains 1 if input.xs[_] == "a"
p contains 2 if input.xs[_] == "b"
p contains 3 if input.xs[k] == "c"
p contains 4 if "d" in input.xs
p contains 5 if input.xs.k == "d"
# input: {"xs": {"k": "d", "l": "a", "m": "a"}}
# case: index elements of no collection
p contains 1 if input.xs[_] == "a"
p contains 2 if input.xs[_] == "b"
p contains 3 if "c" in input.xs
p contains 4 if input.n
# input: {"xs": "a", "n": true}
# case: index elements numbers
p contains 1 if input.xs[_] == 1
p contains 2 if input.xs[_] == 2.0
p contains 3 if 3 in input.xs
p contains 4 if input.xs[_] in {4, 5}
# input: {"xs": [1.0, 2, 3e0, 5]}
# case: index elements of complete rules
default p := 0
p := 1 if input.xs[_] == "a"
p := 1 if input.xs[_] == "b"
p := 1 if input.xs[_] == "c"
p := 2 if input.xs[_] == "d"
# input: {"xs": ["c", "b"]}
# case: index elements conflict
p := 1 if input.xs[_] == "a"
p := 2 if input.xs[_] == "b"
p := 3 if input.xs[_] == "c"
# input: {"xs": ["c", "b"]}
# case: index elements function
f(x) := 1 if { x != 3; input.xs[_] == "a" }
f(x) := 1 if { x != 3; input.xs[_] == "b" }
f(x) := 1 if { x != 3; input.xs[_] == "c" }
p := [f(1), f(2)]
# input: {"xs": ["c", "b"]}
# case: index elements with
r contains 1 if input.xs[_] == "a"
r contains 2 if input.xs[_] == "b"
r contains 3 if input.xs[_] == "c"
p := [r | some xs in [["a"], ["b", "c"], [], "a"]; r := data.test.r with input.xs as xs]
# case: index items
p contains 1 if { v := input.s * 2; input.path = ["a", "b"] }
p contains 2 if { v := input.s * 2; input.path = ["a", x]; x != "c" }
p contains 3 if { v := input.s * 2; input.path == ["a", "d"] }
p contains 4 if { ["e", "b"] = input.path }
p contains 5 if { [_, "b"] = input.path }
p contains 6 if { input.path = ["a", "b", _] }
# input: {"s": "x", "path": ["a", "b"]}
# case: index items of something else
p contains 1 if input.path = ["a", "b"]
p contains 2 if input.path = ["a", x]
p contains 3 if input.path == ["a", "d"]
p contains 4 if not input.path[0]
# input: {"path": "a"}
# case: index items nested
p contains 1 if input.path = ["a", ["b"]]
p contains 2 if input.path = ["a", ["c"]]
p contains 3 if input.path = ["d", [x]]
p contains 4 if input.path = ["a", {"k": x}]
# input: {"path": ["a", ["b"]]}
