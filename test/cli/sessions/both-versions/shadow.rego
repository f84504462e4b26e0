package a
import data.b
import data.c as b
p contains x if { any([true]); x := 1 }
q := input if { input := 1 }
f(data) := 2 if { true }
