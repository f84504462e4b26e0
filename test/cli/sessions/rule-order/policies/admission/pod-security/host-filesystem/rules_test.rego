package rules_test

import data.rules

all_of := {"a": 2, "b": 1, "y": true, "z": true}

test_two if rules.two == 1 with input as all_of

test_flags if rules.flags == 1 with input as all_of

test_level if rules.level(all_of) == 1

test_plain if rules.plain == 1 with input as all_of
