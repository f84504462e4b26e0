package a
import "x"
