package a
import future
