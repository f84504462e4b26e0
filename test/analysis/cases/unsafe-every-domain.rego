package t
p if every x in xs { x > 1 }
