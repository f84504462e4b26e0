package a
import rego.v1 as x
