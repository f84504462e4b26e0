package a

import data.b

p := 1
