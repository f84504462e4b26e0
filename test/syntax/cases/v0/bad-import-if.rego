package a
import data.if
p { true }
