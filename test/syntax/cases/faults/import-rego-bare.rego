package a
import rego
