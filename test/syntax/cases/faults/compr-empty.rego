package a
p := [x | ]
