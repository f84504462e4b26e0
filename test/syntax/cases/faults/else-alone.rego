package a
else := 1
