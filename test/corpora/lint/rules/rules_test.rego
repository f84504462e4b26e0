package lint.rules_test

import data.lint.ast
import data.lint.rules

module := {
	"package": {"path": [{"type": "var", "value": "data"}, {"type": "string", "value": "p"}, {"type": "string", "value": "q"}]},
	"comments": [{"Text": base64.encode(" TODO: later"), "Location": {"row": 3, "col": 1, "file": "p.rego"}}, {"Text": base64.encode(" fine"), "Location": {"row": 4, "col": 1}}],
	"lines": ["package p.q", "x", concat("", ["y" | some _ in numbers.range(1, 130)])],
	"rules": [
		{"location": {"row": 6, "col": 1}, "default": true, "head": {"ref": [{"type": "var", "value": "allow"}], "value": {"type": "boolean", "value": true}}, "body": [{"terms": {"type": "boolean", "value": true}}]},
		{"location": {"row": 7, "col": 1}, "default": true, "head": {"ref": [{"type": "var", "value": "allow"}], "value": {"type": "boolean", "value": false}}},
		{"location": {"row": 9, "col": 1}, "head": {"ref": [{"type": "var", "value": "camelCase"}, {"type": "string", "value": "a-b"}, {"type": "var", "value": "x"}], "args": [{"type": "var", "value": "y"}]}, "body": [{"terms": [{"type": "ref", "value": [{"type": "var", "value": "count"}]}, {"type": "var", "value": "y"}]}]},
		{"location": {"row": 12, "col": 1}, "head": {"ref": [{"type": "var", "value": "test_x"}]}},
	],
}

test_package_name if ast.package_name == "p.q" with input as module

test_report if {
	report := rules.report with input as module with data.lint.config as {}
	print("titles:", {v.title | some v in report}, "levels:", {v.level | some v in report})
	{[v.title, v.location.row] | some v in report} == {["todo-comment", 3], ["line-length", 3], ["prefer-snake-case", 9], ["duplicate-default", 7]}
}

test_ignored if {
	r := rules.report with input as module with data.lint.config.levels as {"todo-comment": "ignore", "line-length": "ignore"}
	count(r) == 2
}

test_ref_to_string if ast.ref_to_string(module.rules[2].head.ref) == "camelCase[\"a-b\"][x]"

test_refs if {
	f := ast.found.refs with input as module
	f == {"2": {{"type": "ref", "value": [{"type": "var", "value": "count"}]}}}
	ast.builtin_calls == {"count"} with input as module
}
test_vars if {
	v := ast.found.vars with input as module
	{k | some k in object.keys(v)} == {"0", "1", "2", "3"}
	count(v["2"].head) == 3
}
test_split[kind] if {
	some kind, n in {"rules": 3, "functions": 1, "tests": 1}
	got := ast[kind] with input as module
	count(got) == n
}
test_wrong_summary if {
	s := rules.summary with input as module with data.lint.config.levels as {"todo-comment": "warning"}
	s == {"files": 1, "violations": 4, "by_level": {"error": 3, "warning": 1, "ignore": 0}}
	rules.aggregate == {"style": 4} with input as module
}
test_constant[i] if {
	some i, [value, want] in [
		[{"type": "string", "value": "x"}, true],
		[{"type": "array", "value": [{"type": "number", "value": 1}]}, true],
		[{"type": "array", "value": [{"type": "var", "value": "x"}]}, false],
		[{"type": "set", "value": []}, false],
	]
	got := [x | ast.is_constant(value); x := true] == [true]
	got == want
}
