package types.missing_key_of_object

limits := {"user": 5, "admin": 50}

deny if limits.guest > input.count
