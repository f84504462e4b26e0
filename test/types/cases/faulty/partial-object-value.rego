package types.partial_object_value

owner[file] := "root" if some file in ["/etc"]

p if owner["/etc"] == 0
