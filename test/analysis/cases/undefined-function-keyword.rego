package t
p if units.if(1)
q if data.u["a b"].c(1)
