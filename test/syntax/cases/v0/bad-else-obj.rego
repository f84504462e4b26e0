package a
p["x"] = 1 { true } else = 2
