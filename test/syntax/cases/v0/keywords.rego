package a

import future.keywords.if
import future.keywords.contains
import future.keywords.in
import future.keywords.every

p if true
p contains x if x := 1
p contains 2
p contains x { x := 1 }
q if { some x in y; every z in x { z } }
r[x] if x := 1
r[x] = 1 if { x := 1 }
s[x] { x := 1 }
t.u if true
