# METADATA
# description: |
#   various utility functions
#
#   used by linter rules
package lint.util

# METADATA
# description: returns a set of sets containing all indices of duplicates in the array
find_duplicates(arr) := {indices |
	some i, x in arr

	indices := {j |
		some j, y in arr
		x == y
	}

	count(indices) > 1
}

# METADATA
# description: any element of the array for which the value is true
any_set_item(s) := list[0] if list := [x | some x in s]

has_duplicates(array, item) if count([x |
	some x in array
	x == item
]) > 1

# METADATA
# description: |
#   returns an array of arrays built from all parts of the provided path array,
#   so e.g. [1, 2, 3] would return [[1], [1, 2], [1, 2, 3]]
all_paths(path) := [array.slice(path, 0, len) | some len in numbers.range(1, count(path))]

to_set(x) := x if is_set(x)
to_set(x) := {y | some y in x} if not is_set(x)

to_array(x) := x if is_array(x)
to_array(x) := [y | some y in x] if not is_array(x)

intersects(s1, s2) if s1 & s2 != set()

single_set_item(s) := item if { count(s) == 1; some item in s }

# location from the compact form `row:col:row:col`
to_location_object(loc) := {"row": to_number(row), "col": to_number(col), "text": text, "end": end} if {
	is_string(loc)
	[row, col, end_row, end_col] := split(loc, ":")
	lines := input.regal.file.lines
	text := substring(lines[to_number(row) - 1], to_number(col) - 1, to_number(end_col) - to_number(col))
	end := {"row": to_number(end_row), "col": to_number(end_col)}
}

to_location_object(loc) := loc if is_object(loc)

json_pretty(value) := json.marshal_with_options(value, {"indent": "  ", "pretty": true})

rest(arr) := array.slice(arr, 1, count(arr))

starts_with_any(str, prefixes) if strings.any_prefix_match(str, prefixes)

longest_prefix(coll) := [] if {
	count(coll) < 2
} else := prefix if {
	arrs := to_array(coll)
	min_len := min([count(arr) | some arr in arrs])
	prefix := [c |
		some i in numbers.range(0, min_len - 1)
		c := arrs[0][i]
		every arr in arrs {
			every j in numbers.range(0, i) {
				arr[j] == arrs[0][j]
			}
		}
	]
}
