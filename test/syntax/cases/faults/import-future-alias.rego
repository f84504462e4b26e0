package a
import future.keywords.in as x
