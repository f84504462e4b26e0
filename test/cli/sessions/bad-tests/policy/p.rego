package p

thrown := acme.boom(1)

doubled := acme.double(2)

test_endless if {
	n := numbers.range(1, 3000)
	count([1 | some a in n; some b in n; some c in n; (a * b) * c == -1]) == 0
}

test_throws if acme.boom(1)

test_fine if acme.double(2) == 4
