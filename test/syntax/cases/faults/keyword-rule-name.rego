package a
null.e
if(x) = 1
