package types.partial_object_key

owner[file] := "root" if some file in ["/etc"]

p if owner[10] == "root"
