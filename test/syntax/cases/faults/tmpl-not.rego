package a
p := $"{not x}"
