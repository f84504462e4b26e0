package p

test_count if count([1]) = 1
