package p

role := "admin"

test_role if role == "admin"
