package endless_test

test_before if true

test_endless if {
	some i in numbers.range(1, 100000)
	some j in numbers.range(1, 100000)
	i * j == -1
}

test_after if true
