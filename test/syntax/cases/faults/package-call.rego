package f(x)
