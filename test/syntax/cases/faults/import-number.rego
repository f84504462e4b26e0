package a
import 1
