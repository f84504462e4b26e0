package a

p if nofunction(1)
