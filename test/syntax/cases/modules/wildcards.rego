package wild

p if { x[_]; y[_][_]; _ = 1 }
f(_, _) := _ if true
f(_, x) := 1 if { _ } else := 2 if { _ }
g(_) if { true } { false }
q := [_ | _]
r := {_: _ | _}
s[_] if true
t contains _ if _
