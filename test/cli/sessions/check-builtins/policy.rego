package a

doubled := acme.double(21)

thrown := acme.fail()
