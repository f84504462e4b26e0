package a
p := ÿ 1
