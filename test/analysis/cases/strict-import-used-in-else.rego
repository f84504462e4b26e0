package t
import data.a.x
p := 1 if input.a
else := x
