package old

p { true }

q[x] { x := 1 }
