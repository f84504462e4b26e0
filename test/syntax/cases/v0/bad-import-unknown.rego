package a
import future.keywords.x
