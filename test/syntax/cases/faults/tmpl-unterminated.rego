package a
p := $"abc
