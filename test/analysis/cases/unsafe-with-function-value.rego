package t
p if count(input) == 1 with count as f
