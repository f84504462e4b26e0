package t
import data.a.x
import data.a.x
p if x
