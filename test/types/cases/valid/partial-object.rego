package types.partial_object

owner[file] := user if some file, user in input.owners

p if owner["/etc"] == "root"

q if owner[1] == 2
