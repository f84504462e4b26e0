package a
if (x) { y }
