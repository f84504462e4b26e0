package types.every_over_unknown

p if every x in input.xs { x.y == 1 }
