package types.arithmetic_chain

p := 1 + 2 * "3" - 4
