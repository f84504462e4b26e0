package types.template_string_reference

limits := {"a": 1}

p := $"limit {limits.b}"
