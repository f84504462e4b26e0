package types.bits_of_booleans

p := bits.and(true, 1)
