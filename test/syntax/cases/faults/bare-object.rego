package a
{"a": 1}
