package a
p = $"{x}"
