package a
def f(x): return x
