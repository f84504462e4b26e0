package a
import future.keywords.if
p contains 1 if true
