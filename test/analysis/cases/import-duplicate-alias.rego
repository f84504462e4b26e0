package t
import data.a.x
import data.b.y as x
p if x
