package a
default f([x]) := 2
