package lint.util_test

import data.lint.util

test_find_duplicates if {
	util.find_duplicates([1, 1, 2, 3, 3, 3]) == {{0, 1}, {3, 4, 5}}
	util.find_duplicates([1, 2]) == set()
}

test_has_duplicates if util.has_duplicates([1, 2, 1], 1)

test_all_paths if util.all_paths(["a", "b", "c"]) == [["a"], ["a", "b"], ["a", "b", "c"]]

test_to_set if every x in [[1, 2], {1, 2}] {
	util.to_set(x) == {1, 2}
}

test_longest_prefix[name] if {
	some name, tc in {
		"three": [[["a", "b", "c"], ["a", "b", "d"], ["a", "b"]], ["a", "b"]],
		"none": [{["x"], ["y"]}, []],
		"one": [[["x"]], []],
	}
	util.longest_prefix(tc[0]) == tc[1]
}

test_location if {
	loc := util.to_location_object("2:3:2:6") with input.regal.file.lines as ["package p", "  foo bar", ""]
	loc == {"row": 2, "col": 3, "text": "foo", "end": {"row": 2, "col": 6}}
}

test_json_pretty if util.json_pretty({"a": [1, {"b": null}]}) == "{\n  \"a\": [\n    1,\n    {\n      \"b\": null\n    }\n  ]\n}"

test_single if util.single_set_item({"x"}) == "x"

test_not_single if not util.single_set_item({"x", "y"})
