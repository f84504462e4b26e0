package t
f([x, y], {"a": z}) := y
