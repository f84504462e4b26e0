package p

x := {
