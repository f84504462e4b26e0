package t
import data.a.x
import data.b.x
p if x
