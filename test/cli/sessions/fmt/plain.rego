package a
import rego.v1
p:=1
q  if{p==1}
