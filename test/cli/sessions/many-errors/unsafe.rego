package a
p1 if y1 > 1
p2 if y2 > 1
p3 if y3 > 1
p4 if y4 > 1
p5 if y5 > 1
p6 if y6 > 1
p7 if y7 > 1
p8 if y8 > 1
p9 if y9 > 1
p10 if y10 > 1
p11 if y11 > 1
p12 if y12 > 1
p13 if y13 > 1
