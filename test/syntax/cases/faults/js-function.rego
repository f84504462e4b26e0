package a
function f(x) { return x }
