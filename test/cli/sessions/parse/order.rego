package a

p := {"b": 1, "a": sprintf("x", [1])}

q if data.a.p with input as 1 with data.x.y as 2 with input.z as 3 with time.now_ns as 4
r := {3, 1, 2, {"z": 1, "y": 2}}
s := {"z": {"c": 1, "b": 2}, "y": 1}
t := {k: v | some k, v in {"q": 1, "p": 2}}
