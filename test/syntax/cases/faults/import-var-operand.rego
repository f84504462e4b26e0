package a
import data[x]
