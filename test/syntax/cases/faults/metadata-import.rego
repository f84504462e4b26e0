package a
# METADATA
# title: x
import data.x
