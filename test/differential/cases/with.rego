# `with`: on input, data, rules, functions and built-ins, nested, below virtual documents, in every kind of expression.
# case: input whole
p := v if { v := input with input as 7 }
q := v if { v := [x | x := input with input as {"a": 1}] }
r := input
# case: input path
p := v if { v := input with input.a.b as 1 }
q := v if { v := input with input.a.b as 1 with input.a.c as 2 }
r := v if { v := input.a with input.a.b as 1 }
# input: {"a": {"z": 0}, "k": 1}
# case: input path through scalar
p := v if { v := input with input.a.b as 1 }
# input: {"a": 7}
# case: input path without input
p := v if { v := input with input.a.b as 1 }
q := v if { v := input.a with input.a as {"x"} }
# case: input path over array
p := v if { v := input with input.a as [1] with input.b as 2 }
# input: [1, 2]
# case: input order
p := v if { v := input with input as {"a": 1} with input.a as 2 }
q := v if { v := input with input.a as 2 with input as {"a": 1} }
# case: input conflicting paths
p := v if { v := input with input.a as {"b": 1} with input.a.b as 2 }
q := v if { v := input with input.a.b as 2 with input.a as {"b": 1} }
# case: input undefined value
p := 1 if { true with input.a as input.nope }
q := v if { v := input.a with input.a as input.nope }
r if { not input.a with input.a as input.nope }
# case: input value uses input
p := v if { v := input.a with input.a as [input.a, input.a] }
q := x if { x := input with input as {"was": input} }
# input: {"a": 1}
# case: rule under input
allow if { input.role == "admin" }
p if { allow with input as {"role": "admin"} }
q if { not allow with input as {"role": "user"} }
r if { not allow }
s := v if { v := [x | x := allow with input as {"role": ["admin", "user"][_]}] }
# case: data base document
p := v if { v := data.cfg with data.cfg as {"a": 2} }
q := v if { v := data.cfg.a with data.cfg.a as 3 }
r := v if { v := data.cfg with data.cfg.b as 4 }
s := data.cfg
# data: {"cfg": {"a": 1}}
# case: data base path into scalar
p := v if { v := data.cfg with data.cfg.a.b as 4 }
# data: {"cfg": {"a": 1}}
# case: data base path new
p := v if { v := data.brand.new.path with data.brand.new.path as 1 }
q := v if { v := data.brand with data.brand.new.path as 1 }
r if { not data.brand }
# case: data whole
q := v if { v := data.a with data as {"a": 1} }
# case: data whole with rules
p := v if { v := data.test.r with data as {"a": 1} }
r := data.a
# data: {"a": 5}
# case: rule replaced
a := 1
b := a + 1
p := v if { v := b with a as 10 }
q := v if { v := b with data.test.a as 20 }
r := b
# case: rule below replaced
a.x := 1
a.y := 2
p := v if { v := a with a.x as 10 }
q := v if { v := a.y with a.x as 10 }
r := v if { v := a with a as 5 }
s := v if { v := a with data.test.a.z as 9 }
# case: partial set replaced
s contains 1
s contains 2
p := v if { v := s with s as {3} }
q := x if { x := s with s as "not a set" }
r if { s[3] with s as {3} }
t if { s[7] with s as {"a": 1} }
# case: partial object entry replaced
o[x] := 1 if { some x in ["a", "b"] }
p := v if { v := o with data.test.o.a as 5 }
q := v if { v := o.a with data.test.o.a as 5 }
r := v if { v := o.b with data.test.o.a as 5 }
t := v if { v := o.c with data.test.o.c as 5 }
# case: package replaced
p := v if { v := data.lib.f with data.lib as {"f": 3} }
q := v if { v := data.lib with data.lib as 1 }
r := v if { v := data.lib.g with data.lib.f as 2 }
s := v if { v := data.lib with data.lib.f as 2 }
# module:
package lib
f := 1
g := f + 1
# case: function replaced by value
f(x) := x
g(x) := f(x) + 1
p := v if { v := f(1) with f as 10 }
q := v if { v := g(1) with f as 10 }
r := [x, f(1)] if { x := f(1) with f as 7 }
# case: function replaced by function
f(x) := x
h(x) := x * 100
g(x) := f(x) + 1
p := v if { v := f(1) with f as h }
q := v if { v := g(1) with f as h }
r := v if { v := g(1) with data.test.f as data.test.h }
# case: function replaced that calls the original
f(x) := x
h(x) := f(x) + 100
p := v if { v := f(1) with f as h }
# case: function replaced, arity two
f(x, y) := x - y
h(x, y) := y - x
p := v if { v := f(1, 2) with f as h }
q := v if { v := f(1, 2) with f as 3 }
# case: built-in replaced by value
p := v if { v := count([1, 2, 3]) with count as 9 }
q := x if { x := count([1, 2, 3]) with count as 9 }
r := count([1])
# case: built-in replaced by function
mock(x) := 77
p := v if { v := count([1, 2, 3]) with count as mock }
q := v if { v := f([1, 2]) with count as mock }
f(x) := count(x) + 1
# case: built-in replaced by built-in
p := v if { v := count([1, 2, 3]) with count as sum }
q := v if { v := f([1, 2]) with count as max }
f(x) := count(x)
# case: built-in mock calls the built-in
mock(x) := count(x) + 1
p := v if { v := count([1, 2]) with count as mock }
# case: built-in with dots
mock(x) := {"mocked": x}
p := v if { v := http.send({"url": "http://x"}) with http.send as mock }
q := v if { v := http.send({"url": "http://x"}) with http.send as {"status": 200} }
r := v if { v := f("u") with http.send as {"body": {"ok": true}} }
f(u) := http.send({"url": u}).body.ok
# case: time mocked
p := v if { v := time.now_ns() with time.now_ns as 5 }
q := v if { v := f with time.now_ns as 7 }
f := time.now_ns() + 1 if { not input.never }
# query: x = {"p": data.test.p, "q": data.test.q}
# case: opa.runtime mocked
p := v if { v := opa.runtime() with opa.runtime as {"env": {"A": "b"}} }
# case: mock returning undefined
mock(x) := 1 if { x == "yes" }
p := v if { v := upper("no") with upper as mock }
q := v if { v := upper("yes") with upper as mock }
r if { not upper("no") with upper as mock }
# case: mock with conflict
mock(x) := 1
mock(x) := 2
p := v if { v := upper("a") with upper as mock }
# case: mock value false
p if { startswith("a", "b") with startswith as true }
q if { startswith("a", "a") with startswith as false }
r if { not startswith("a", "a") with startswith as false }
# case: operator replaced
p := v if { v := (1 + 2) with plus as 9 }
q := v if { v := (3 - 1) with minus as plus }
# case: nested with on functions
f(x) := x
g(x) := f(x) with f as 2
p := v if { v := g(1) with f as 5 }
q := v if { v := f(1) with f as 5 }
# case: nested with on input
inner := v if { v := input.x with input.x as 2 }
p := v if { v := inner with input as {"x": 9} }
q := v if { v := [inner, input.x] with input.x as 3 }
# case: nested with keeps outer
a := [input.x, input.y, data.z]
b := v if { v := a with input.x as 1 }
c := v if { v := b with input.y as 2 }
d := v if { v := c with data.z as 3 }
p := d
# case: with over comprehension
p := v if { v := [x | some x in input.xs] with input.xs as [1, 2] }
q := v if { v := {i: y | some i, y in input.xs} with input.xs as ["a"] }
r := v if { v := count([x | x := input.xs[_]]) with input.xs as [1, 1] }
# case: with over every
p if { every x in input.xs { x > 1 } with input.xs as [2, 3] }
q if { every x in [1, 2] { x < input.m with input.m as 3 } }
r if { every x in input.xs { x > input.m } with input.xs as [2, 3] with input.m as 1 }
# case: with over some in
p if { some x in input.xs with input.xs as [1]; x == 1 }
q := v if { v := [x | some x in data.xs with data.xs as {7, 8}] }
# case: with over negation
p if { not input.a with input.a as false }
q if { not input.a with input.a as 1 }
r if { not data.test.s with input.a as 2 }
s if { input.a == 1 }
# case: with and unification
p := [x, y] if { [x, y] = input.pair with input.pair as [1, 2] }
q := x if { {"k": x} = data.o with data.o as {"k": 5} }
# case: with and iteration over virtual
s contains x if { some x in input.xs }
p := v if { v := [x | s[x] with input.xs as ["b", "a"]] }
q := v if { v := [[x, y] | s[x] with input.xs as ["b", "a"]; y := input.xs] }
# case: with memo
a := input.v
p := [a, b, c, a]
b := v if { v := a with input.v as 1 }
c := v if { v := a with input.v as 2 }
# input: {"v": 0}
# case: with on another package's rule
p := v if { v := data.lib.allow with data.lib.cfg as {"on": true} }
q := data.lib.allow
# module:
package lib
default allow := false
allow if { cfg.on }
cfg := {"on": false}
# case: with on another package's function
p := v if { v := data.lib.allow(1) with data.lib.check as true }
q := v if { v := data.lib.allow(1) with data.lib.check as mock }
mock(x) := x == 2
# module:
package lib
default allow(_) := false
allow(x) if { check(x) }
check(x) if { x > 5 }
# case: with on import alias
package test
import data.lib as l
import data.lib.v
import input.u
p := v if { v := l.v with l.v as 2 }
q := v if { v := v with data.lib.v as 3 }
r := v if { v := u with input.u as 4 }
s := v if { v := v with v as 5 }
# module:
package lib
v := 1
# case: with value of a rule
a := {"x": 1}
p := v if { v := input with input as a }
q := v if { v := input.y with input.y as a.x }
r := v if { v := data.z with data.z as a }
# case: with value is a call
p := v if { v := input with input as count([1, 2]) }
q := v if { v := input with input.n as upper("a") }
# case: with value is a comprehension
p := v if { v := input with input as [x | some x in [1, 2]] }
# case: with value iterates
p := v if { v := [x | x := input with input as [1, 2, 3][_]] }
q contains input.v if { true with input.v as ["a", "b"][_] }
# case: with value is a set
p := v if { v := type_name(input) with input as {1, 2} }
q := v if { v := input[2] with input as {1, 2} }
r if { 2 in input.s with input.s as {1, 2} }
# case: with a rule of ref head
a[x].b := x if { some x in ["k", "l"] }
p := v if { v := a.k.b with a.k.b as 9 }
q := v if { v := a with a.k as 9 }
r := v if { v := a.l.b with a.k.b as 9 }
# case: with data below variable rule
a[x] := {"v": x} if { some x in ["k"] }
p := v if { v := a with data.test.a.k.v as 2 }
q := v if { v := a.k.v with data.test.a.k.v as 2 }
# case: with data.test replaced by an object
a := 1
b := a
q := v if { v := data.test.b with data.test as {"a": 5} }
# case: with in function body
f(x) := y if { y := g with input.k as x }
g := input.k
p := [f(1), f(2)]
# case: with in default rule's other
default p := 0
p := 1 if { input.a with input.a as true }
# case: with in else
p := 1 if { input.a with input.a as false } else := 2 if { input.a with input.a as true }
# case: with in partial rules
p contains x if { x := input.a with input.a as 1 }
q[k] := v if { k := input.k with input.k as "key"; v := input.v with input.v as "val" }
# case: with and print
p if { print(input.a) with input.a as 1 }
# case: with on a template string
p := x if { x := $"{input.a}" with input.a as "hi" }
# case: with on membership
p if { 1 in input.xs with input.xs as [1] }
q if { "a", 1 in input.xs with input.xs as {"a": 1} }
# case: with on walk
p := v if { v := [x | walk(input, [_, x]) with input as {"a": 1}] }
# case: with and errors
p := v if { v := 1 / input.x with input.x as 0 }
q if { not 1 / input.x with input.x as 0 }
# case: with rule conflict
a := input.x[_]
p := v if { v := a with input.x as [1, 2] }
# case: with recursion of functions is none
f(x) := input.v
p := v if { v := f(1) with input.v as f(2) }
# input: {"v": 3}
# case: with null and false
p := v if { v := input.a with input.a as null }
q := v if { v := input.a with input.a as false }
r if { input.a with input.a as null }
s if { input.a with input.a as false }
# case: with on array index in data
p := v if { v := data.xs with data.xs as [9] }
# data: {"xs": [1, 2]}
# case: with several functions
f(x) := x
g(x) := x
h(x) := f(x) + g(x)
p := v if { v := h(1) with f as 10 with g as 20 }
q := v if { v := h(1) with f as g }
r := v if { v := h(1) with g as f with f as 100 }
# case: with on function and its arguments
f(x) := x
p := v if { v := f(input.a) with input.a as 1 with f as 2 }
q := v if { v := f(f(1)) with f as 3 }
# case: with mock using input
mock(x) := input.m
p := v if { v := upper("x") with upper as mock with input.m as "M" }
# case: with rego.metadata
# METADATA
# title: P
p := v if { v := rego.metadata.rule() with input.a as 1 }
q := v if { v := rego.metadata.chain() with rego.metadata.chain as [1] }
# case: with on rand and uuid
p := v if { v := rand.intn("a", 5) with rand.intn as 3 }
q := v if { v := uuid.rfc4122("k") with uuid.rfc4122 as "u" }
# case: with io.jwt
p := x if { [_, x, _] := io.jwt.decode("t") with io.jwt.decode as [{}, {"sub": "s"}, ""] }
# case: with on net.lookup_ip_addr
p := v if { v := net.lookup_ip_addr("x") with net.lookup_ip_addr as {"1.1.1.1"} }
# case: with whole input array
p := v if { v := input[1] with input as ["a", "b"] }
q := v if { v := [x | some x in input] with input as ["a", "b"] }
r := v if { v := count(input) with input as "str" }
# case: with restored after failure
p := x if { not f with input.a as 1; x := input.a }
f if { input.a == 2 }
# input: {"a": 0}
# case: with restored after iteration
p := v if { v := [[x, input.a] | some x in [1, 2]; g with input.a as x] }
g if { input.a > 0 }
# input: {"a": 0}
