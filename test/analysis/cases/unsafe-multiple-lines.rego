package t

p if {
  a > 1
  b > a
  not c
}

q if {
  d.e
}
