package types.equality_of_objects

p if {"a": 1} == {"b": 1}
