package a
null
