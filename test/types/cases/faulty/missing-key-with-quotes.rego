package types.missing_key_with_quotes

limits := {"per-user": 5}

deny if limits["per-host"] > 1
