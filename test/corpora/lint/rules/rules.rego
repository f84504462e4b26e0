package lint.rules

import data.lint.ast
import data.lint.util

import data.lint.config as cfg

default level(_) := "error"

level(name) := cfg.levels[name]

# METADATA
# title: todo-comment
# description: Avoid TODO comments
# related_resources:
# - description: documentation
#   ref: https://docs.example.org/rules/style/todo-comment
# schemas:
# - input: schema.lint.ast
report contains violation if {
	level("todo-comment") != "ignore"
	some comment in input.comments
	text := base64.decode(comment.Text)
	regex.match(`^\s*(todo|TODO|fixme|FIXME)`, text)
	violation := fail("todo-comment", comment.Location)
}

# METADATA
# title: line-length
report contains violation if {
	level("line-length") != "ignore"
	some i, line in input.lines
	max := object.get(cfg, ["rules", "line-length", "max"], 120)
	count(line) > max
	violation := fail("line-length", {"row": i + 1, "col": max + 1})
}

# METADATA
# title: prefer-snake-case
report contains violation if {
	some rule in input.rules
	some part in rule.head.ref
	part.type in {"var", "string"}
	not util_snake(part.value)
	violation := fail("prefer-snake-case", rule.location)
}

util_snake(str) if str == lower(str)

report contains violation if {
	some name in {n |
		some r in ast.rules
		n := ast.ref_to_string(r.head.ref)
	}
	dup := [r | some r in ast.rules; ast.ref_to_string(r.head.ref) == name; r["default"]]
	count(dup) > 1
	violation := fail("duplicate-default", dup[1].location)
}

fail(name, location) := {
	"title": name,
	"category": "style",
	"level": level(name),
	"location": object.filter(location, ["row", "col"]),
}

aggregate[category] := n if {
	some category in {v.category | some v in report}
	n := count({v |
		some v in report
		v.category == category
	})
}

summary := {
	"files": 1,
	"violations": count(report),
	"by_level": {lvl: n |
		some lvl in {"error", "warning", "ignore"}
		n := count({v | some v in report; v.level == lvl})
	},
}
