package a
p := "í €"
