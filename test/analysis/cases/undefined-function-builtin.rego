package t
p if io.jwt.nothing("x")
