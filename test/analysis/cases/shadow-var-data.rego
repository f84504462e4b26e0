package t
p := [data | data := 1]
