package a
default p := $"{x}"
