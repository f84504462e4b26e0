package format

# Unions keep their parentheses, and get none.
a := [1, {1} | {2}]

b := [1, ({1} | {2})]

c := [{1} | {2}, 3]

d := {"a": {1} | {2}, "b": ({1} | {2})}

e := {3, {1} | {2}}

f := [({1} | {2})]
