# Features of the language that modules use less often: metadata, parsed modules, keyword references, logical imports, host built-ins.
# case: metadata rule
# METADATA
# title: P
# description: |
#   two
#   lines
# custom:
#   k: [1, {a: b}]
#   n: null
#   f: 1.50
# authors:
# - John <j@x.y>
# - name: Ann
#   email: a@x.y
# organizations: [acme]
# related_resources:
# - https://x.y
# - ref: https://z.w
#   description: d
# schemas:
# - input: schema.input
p := rego.metadata.rule()
# case: metadata scopes
# METADATA
# scope: package
# title: pkg
# custom:
#   level: 1
package test

# METADATA
# scope: document
# title: doc

# METADATA
# scope: rule
# title: r1
p := x if { x := rego.metadata.chain() }
# case: metadata chain across packages
# METADATA
# scope: subpackages
# title: root
package test

# METADATA
# title: other rule
q := data.test.sub.p
# module:
# METADATA
# title: sub
package test.sub

# METADATA
# description: the rule
p := [m.annotations.title | some m in rego.metadata.chain(); m.annotations.title]
chain := rego.metadata.chain()
# case: metadata none
p := rego.metadata.rule()
q := rego.metadata.chain()
# case: metadata in function and comprehension
# METADATA
# title: F
f(x) := rego.metadata.rule().title
p := f(1)
# METADATA
# title: Q
q := [x | x := rego.metadata.rule().title]
# METADATA
# title: R
r contains rego.metadata.rule().title
# METADATA
# title: S
s[rego.metadata.rule().title] := rego.metadata.chain()[0].path
# case: metadata entrypoint
# METADATA
# entrypoint: true
p := rego.metadata.rule()
# case: metadata on else
# METADATA
# title: first
p := 1 if { false } else := rego.metadata.rule().title
# case: metadata on default and ref heads
# METADATA
# title: deep
p.q.r := rego.metadata.rule()
# METADATA
# title: var
q[x].y := rego.metadata.chain()[0] if { some x in ["a"] }
# case: parse module
p := rego.parse_module("a.rego", "package a\n\nimport data.b\n\np := 1 if { input.x == b.c }").rules[0].head
q := rego.parse_module("a.rego", "package a\n# METADATA\n# title: t\np contains x if some x in [1]")
r := count(rego.parse_module("", "package a").package.path)
# case: parse module with faults
p := rego.parse_module("a.rego", "package a\np :=")
# case: parse module with empty text
p := rego.parse_module("a.rego", "")
# case: parse module in v0
p := rego.parse_module("a.rego", "package a\np { input.x }")
# case: parse module with a term
p := rego.parse_module("a.rego", "p = 1")
q := rego.parse_module("a.rego", "package a\n1")
# case: keyword references
p := input.if.contains["in"].every.some.not
q := data.package.import.default.else
r := {"as": 1}.as
s.if.else := 2
t.null.true contains 3
u := data.test.s.if["else"]
v.with[x].as := x if { some x in [1] }
# input: {"if": {"contains": {"in": {"every": {"some": {"not": 5}}}}}}
# data: {"package": {"import": {"default": {"else": 6}}}}
# case: keyword packages
package test.if.contains
p := 1
# module:
package test
import data.test.if.contains as c
q := c.p
r := data.test.if.contains.p
# case: keyword imports
package test
import input.every as e
import data["in"].some as s
p := e.x
q := s.not
# input: {"every": {"x": 1}}
# data: {"in": {"some": {"not": 2}}}
# case: not with a body
package test
import future.keywords.not
p if { not { false } }
q if { not { x := 1; x == 2 } }
r if { not { x := 1; x == 1 } }
s if { not { some x in input; x > 2 } }
# input: [1, 2, 3]
# case: opa runtime
p := type_name(opa.runtime())
q := opa.runtime().nope
# case: http send missing method
p := http.send({"url": "http://127.0.0.1:1"})
# case: http send missing url
p := http.send({"method": "get"})
# case: http send invalid method
p := http.send({"method": 1, "url": "http://127.0.0.1:1"})
# case: http send unknown parameters
p := http.send({"method": "get", "url": "http://127.0.0.1:1", "nope": 1, "also": 2})
# case: http send bad timeout
p := http.send({"method": "get", "url": "http://127.0.0.1:1", "timeout": "abc"})
# case: print has no influence
p if { print("a", input.nope, [1, {2}]) }
q := x if { x := 1; print(x) }
r if { print() }
s contains x if { some x in [1, 2]; print(x) }
# case: trace
p if { trace("a") }
q if { trace(input.x) }
# case: deprecated built-ins
p if { any([true, false]) }
q if { not all([true, false]) }
r if { re_match("^a", "abc") }
s := set_diff({1, 2}, {2})
t := cast_set([1, 1])
u if { net.cidr_overlap("10.0.0.0/8", "10.1.0.0/16") }
# case: random is stable
p := rand.intn("k", 100000) == rand.intn("k", 100000)
q := uuid.rfc4122("k") == uuid.rfc4122("k")
r := uuid.rfc4122("k") == uuid.rfc4122("l")
s := time.now_ns() == time.now_ns()
t := rand.intn("k", 0)
u := rand.intn("k", 1)
v if { x := rand.intn("n", -5); x >= 0; x < 5 }
# case: base document hides nothing
package test.a
p := data.test.a
q := data.test.b
# data: {"test": {"a": {"c": 1}, "b": {"d": 2}}}
# query: [x, y] = [data.test.a.c, data.test.b]
# case: query with several expressions
p contains 1
p contains 2
q := 3
# query: data.test.p[x]; y = data.test.q; x < y
# case: query with some
# query: some x in [1, 2, 3]; x > 1
# case: query with comprehension
# query: x = [y | y = [1, 2][_]]
# case: query with negation
# query: not data.test.nope
# case: query undefined
# query: data.test.nope = x
# case: query false
# query: data.test.p = false
p := false
# case: query that iterates documents
p.a := 1
p.b := 2
# query: data.test.p[k] = v
# case: query over packages
# query: data[k].v = x
# module:
package one
v := 1
# module:
package two
v := 2
# data: {"three": {"v": 3}}
# case: query on data whole
# query: x = data
a := 1
s contains {1, 2}
# data: {"base": {"k": [1]}}
# case: query with input pattern
# query: input = [x, {"y": y}]
# input: [1, {"y": 2}]
# case: query with set element
p contains {"a": 1}
p contains {"a": 2, "b": 1}
# query: data.test.p[{"a": x}]
# case: query with every
# query: every x in [1, 2] { x > 0 }
# case: query calls function
f(x) := x + 1
# query: data.test.f(1, x)
# case: query with with
p := input.a
# query: data.test.p = x with input.a as 5
# case: query in rule conflict
p := 1
p := 2
# query: data.test.p
# case: query with wildcard
# query: input[_] = x
# input: [1, 2, 2]
# case: query with template
# query: x = $"a{input.b}"
# input: {"b": 1}
# case: query of arithmetic
# query: x = 1 + 2; y = x * 3
# case: query with assignment
# query: x := 1; y := [x, x]
# case: query unify array
# query: [x, 2] = [1, y]
# case: query of a call
# query: x = count([1]); startswith("ab", "a")
# case: query var in two places
# query: input.a[i] = input.b[i]
# input: {"a": [1, 2, 3], "b": [3, 2, 1]}
# case: metadata calls a
# METADATA
# title: F
f(x) := rego.metadata.rule().title
p := f(1)
# case: metadata calls b
# METADATA
# title: F
p := [x | x := rego.metadata.rule().title]
# case: metadata calls c
# METADATA
# title: F
p contains rego.metadata.rule().title
# case: metadata calls d
# METADATA
# title: F
p[rego.metadata.rule().title] := rego.metadata.chain()[0].path
# case: metadata calls e
p := [x | some x in rego.metadata.chain()]
# case: metadata calls f
p if { y := [x | some x in rego.metadata.chain()]; count(y) == 1 }
# case: metadata calls g
p if { every x in rego.metadata.chain() { x.path } }
# case: metadata calls h
p if { not rego.metadata.chain()[3] }
# case: metadata calls i
p if { y := [x | x := rego.metadata.chain()]; count(y) == 1 }
# case: metadata calls j
p if { some x in rego.metadata.chain(); x }
# case: metadata calls k
# METADATA
# title: F
p := 1 if { false } else := rego.metadata.rule()
# case: metadata calls l
# METADATA
# title: F
f(x) := 1 if { x == 2 } else := [x | x := rego.metadata.rule()]
p := f(1)
# case: metadata calls m
p := $"{rego.metadata.rule()} {count(rego.metadata.chain())}"
# case: metadata calls n
p := {rego.metadata.rule(): 1 | true}
# case: metadata calls o
p if { every x in [1] { rego.metadata.chain()[0].path[0] == "test" } }
# case: metadata calls q
p if { rego.metadata.rule() == {} }
# query: x = rego.metadata.chain()
# case: metadata calls r
p if { count([1 | rego.metadata.chain()[_].path[_] == "test"]) > 0 with input as rego.metadata.rule() }
