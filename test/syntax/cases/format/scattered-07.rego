package odd
p:=1
q   :=   2 # t45 
r
if
{
# f80

x
}
s if {x
}
t if { x
; y }
u 
	:= [
1
,2
]
# c26
v := {
"a"
:1
# c92
}
w := x

+ 1
y := f(
	1 # t59 
# c30
)
# c71
z := 1 if { x } else := 2 if { y }
# c95
else := 3
aa contains
x if
x := 1
ab = 3
  ac := 4
# c2
