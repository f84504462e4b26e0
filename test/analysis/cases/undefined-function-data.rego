package t
p if data.foo.f(1)
