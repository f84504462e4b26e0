package t
import input.x
import data.x
p if x
