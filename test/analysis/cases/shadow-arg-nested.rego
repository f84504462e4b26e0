package t
f([data]) := data
