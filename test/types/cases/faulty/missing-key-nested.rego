package types.missing_key_nested

config := {"server": {"tls": {"min": 1.2}}}

weak if config.server.tls.max < 1.2
