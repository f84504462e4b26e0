package p_test

test_a if data.p.a == 1
