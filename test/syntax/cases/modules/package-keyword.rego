package if.in.contains.not

import data.if.x
import data.not as y
p := 1
