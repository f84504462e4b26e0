# METADATA
# description: |
#   the `ast` package provides helpers to work with a policy's parsed form, as `opa parse` prints it
package lint.ast

import data.lint.util

scalar_types := {"boolean", "null", "number", "string"}

# regal ignore:external-reference
is_constant(value) if value.type in scalar_types

is_constant(value) if {
	value.type in {"array", "object"}
	not has_term_var(value.value)
}

has_term_var(terms) if {
	walk(terms, [_, term])

	term.type in {"ref", "var"}
}

package_name := concat(".", [path.value |
	some i, path in input["package"].path
	i > 0
])

# METADATA
# description: all rules, functions and tests
rules := [rule |
	some rule in input.rules

	not rule.head.args
]

tests := [rule |
	some rule in input.rules
	startswith(ref_to_string(rule.head.ref), "test_")
]

functions := [rule |
	some rule in input.rules

	rule.head.args
]

ref_to_string(ref) := concat("", [_format_part(part, i) | some i, part in ref])

_format_part(part, 0) := part.value

_format_part(part, i) := _format_string(part.value) if {
	i > 0
	part.type == "string"
}

_format_part(part, i) := $"[{part.value}]" if {
	i > 0
	part.type != "string"
}

_format_string(str) := concat(".", ["", str]) if regex.match(`^[a-zA-Z_][a-zA-Z1-9_]*$`, str)

else := sprintf("[%q]", [str])

# METADATA
# description: |
#   every reference in the module, by the index of its rule
found.refs[rule_index] contains value if {
	some i, rule in input.rules

	# converting to string until https://github.com/open-policy-agent/opa/issues/6736 is fixed
	rule_index := sprintf("%d", [i])

	walk(rule, [_, value])

	value.type == "ref"
}

found.vars[rule_index][context] contains value if {
	some i, rule in input.rules
	rule_index := sprintf("%d", [i])
	some context in ["head", "body"]
	walk(object.get(rule, context, []), [_, value])
	value.type == "var"
}

static_ref(ref) if every t in array.slice(ref.value, 1, count(ref.value)) { t.type != "var" }

comments.blocks := [b | some b in [[c.Location.row, c] | some c in input.comments]]

builtin_calls contains name if {
	some i
	some ref in found.refs[i]
	name := ref_to_string(ref.value)
	name in {"count", "startswith", "sprintf"} | {"print"}
}

implicit_boolean_assignment(rule) if {
	# note the missing location attribute here, which is how we distinguish
	# between implicit and explicit assignments
	rule.head.value == {"type": "boolean", "value": true}
}
