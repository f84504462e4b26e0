package t
import data.a.x as z
p if input.x
