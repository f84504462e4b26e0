package a
p := é
