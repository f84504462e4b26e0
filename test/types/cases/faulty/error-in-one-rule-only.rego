package types.error_in_one_rule_only

broken := upper(1)

p if broken == 3

q if broken.x.y
