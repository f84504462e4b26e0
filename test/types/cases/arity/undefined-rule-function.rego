package types.undefined_rule_function

p := data.types.undefined_rule_function.f(1)
