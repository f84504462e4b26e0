package a
p := "aÿb"
