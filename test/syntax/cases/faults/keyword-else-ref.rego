package a
p := else
