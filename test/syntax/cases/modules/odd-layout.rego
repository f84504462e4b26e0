package odd
p:=1
q   :=   2
r
if
{
x
}
s if {x
}
t if { x
; y }
u := [1
,2
]
v := {"a"
:1
}
w := x
+ 1
y := f(
	1
)
z := 1 if { x } else := 2 if { y }
else := 3
aa contains
x if
x := 1
ab = 3
  ac := 4
