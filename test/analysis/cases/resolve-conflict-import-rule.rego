package t
import data.a.p
p := 1
q if p == 2
