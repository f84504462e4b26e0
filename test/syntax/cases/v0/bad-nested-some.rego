package a
p { some [x | some y in z] }
