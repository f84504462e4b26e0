package a
import data.b
import data.c as b
import future.keywords.in
p[x] { any([true]); x := 1 }
q = input { input := 1 }
data { true }
if { true }
r(input) = 1 { all([true]); re_match("a", "b") }
s { contains := 1; contains == 1 }
