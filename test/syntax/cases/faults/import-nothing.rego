package a
import
