package lib.plan_test

import rego.v1
import data.lib.plan
import data.fixtures.one

test_changes if { count(plan.changes) == 3 with input as one }
test_resources if {
	rs := plan.resources("aws_s3_bucket") with input as one
	[r.address | some r in rs] == ["aws_s3_bucket.a", "module.m.aws_s3_bucket.b"]
}

test_summary if {
	plan.summary == {"create": 1, "delete": 1, "update": 1} with input as one
}

test_tag if plan.tag_of({"change": {"after": {"tags": {"a": "b"}}}}, "a", "z") == "b"
test_tag_none if plan.tag_of({"change": {"after": {"tags": null}}}, "a", "z") == "z"

test_unknown if not plan.after_unknown({"change": {}}, "arn")
test_unknown_true if plan.after_unknown({"change": {"after_unknown": {"arn": true}}}, "arn")

test_modules if {
	plan.modules == {"root", "module.m"} with input as one
}

test_wrong_leaves[name] if {
	some name, tc in {
		"flat": {"in": {"a": 1}, "n": 1},
		"deep": {"in": {"a": {"b": [1, 2, {"c": null}]}}, "n": 3},
		"empty": {"in": {}, "n": 0},
		"wrong": {"in": {"x": "y"}, "n": 4},
	}
	got := plan.leaves with input.planned_values as tc["in"]
	count(got) == tc.n
}

test_wrong_nested_table[group][name] if {
	some group, tests in {"a": {"one": 1, "two": 2}, "b": {"three": 3}}
	some name, value in tests
	value < 3
}

test_wrong_mock_function if {
	plan.is_delete({"change": {"actions": ["create"]}}) with plan.is_create as false
		with input as {}
	not plan.is_create({"change": {"actions": ["delete"]}})
}

test_mock_builtin if {
	count([1, 2, 3]) == 7 with count as 7
	t := time.now_ns() with time.now_ns as 42
	t == 42
}
mock_count(_) := 99
test_mock_by_function if count([]) == 99 with count as mock_count
