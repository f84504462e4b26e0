package authz

allow if input.x == data.k

other := 1
