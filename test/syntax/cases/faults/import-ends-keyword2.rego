package a
import data.not
p := 1
