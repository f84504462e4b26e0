package t
p if data[_].q
q := 1
