package plain
p if input.usr.name == "x"
