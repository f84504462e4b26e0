package t
import data.a.x
import input.y
p if y
