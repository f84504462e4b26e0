package a
p := $"{"x}"
