package heads

a.b.c = 1 { true }

a[x].d = 1 { x := "k" }

a.b[y] = 1 { y := "k" }

e[z] { z := 1 }

f.g = 1 { true }
