package types.numbers_functions

p := numbers.range(1, 3)[0] + numbers.range_step(0, 10, 2)[1]

q := rand.intn("seed", 10)

r := bits.lsh(1, bits.negate(2))
