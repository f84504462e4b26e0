package t
data contains 1
