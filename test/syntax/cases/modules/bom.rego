package bom

p := "é"
