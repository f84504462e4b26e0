package a
import data.x as 1
