package types.nullary

p := time.now_ns(1, 2)
