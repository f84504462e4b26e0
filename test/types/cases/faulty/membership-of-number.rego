package types.membership_of_number

p if count("a") in "abc"

q if 1 in 2 + "3"
