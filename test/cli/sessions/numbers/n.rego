package n
x := 1.0
y := 2.50
z := {1.0: 1e2}
s contains 1.0
