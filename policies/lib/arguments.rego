# METADATA
# title: Arguments
# description: >-
#   What the arguments of tools have to look like. `data.tables.arguments` has, for each tool, its arguments with any of: `type` (a type's
#   name in Rego), `required`, `above`, `at_least`, `at_most` (numbers), `max_length`, `matches` (all of the text, RE2), `one_of`. With `only_known` beside
#   them (`"*": {only_known: true}`) an argument that is not in the table is denied.
package lib.arguments

rules := data.tables.arguments[input.mcp.tool]

# An item of a list is judged without arguments.
arguments := input.mcp.arguments if {
	input.phase != "list"
	is_object(input.mcp.arguments)
} else := {} if input.phase != "list"

denials contains sprintf("the argument %s is missing", [name]) if {
	some name, rule in rules
	rule.required
	is_object(arguments)
	not has(name)
}

denials contains sprintf("the argument %s has to be of type %s", [name, rule.type]) if {
	some name, rule in rules
	has(name)
	type_name(arguments[name]) != rule.type
}

denials contains sprintf("the argument %s has to be above %v", [name, rule.above]) if {
	some name, rule in rules
	is_number(arguments[name])
	arguments[name] <= rule.above
}

denials contains sprintf("the argument %s has to be at least %v", [name, rule.at_least]) if {
	some name, rule in rules
	is_number(arguments[name])
	arguments[name] < rule.at_least
}

denials contains sprintf("the argument %s has to be at most %v", [name, rule.at_most]) if {
	some name, rule in rules
	is_number(arguments[name])
	arguments[name] > rule.at_most
}

denials contains sprintf("the argument %s is longer than %v characters", [name, rule.max_length]) if {
	some name, rule in rules
	is_string(arguments[name])
	count(arguments[name]) > rule.max_length
}

denials contains sprintf("the argument %s has another form", [name]) if {
	some name, rule in rules
	is_string(arguments[name])
	not regex.match(sprintf("^(?:%s)$", [rule.matches]), arguments[name])
}

denials contains sprintf("the argument %s is none of those that are possible", [name]) if {
	some name, rule in rules
	has(name)
	not arguments[name] in rule.one_of
}

denials contains sprintf("the argument %s is not known", [name]) if {
	rules["*"].only_known
	some name, _ in arguments
	not name in object.keys(rules)
}

has(name) if name in object.keys(arguments)
