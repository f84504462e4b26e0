package a
p := a[]
