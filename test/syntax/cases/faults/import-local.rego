package a
import foo.bar
