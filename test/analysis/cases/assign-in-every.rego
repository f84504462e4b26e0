package t
p if every x in [1] { x := 2 }
