package t
a.b.c := 1
a.b contains 2
