package a
p := $"{x["y"]} z
