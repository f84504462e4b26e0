package p

test_a if true
