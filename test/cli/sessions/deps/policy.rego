package authz

allow if is_admin

is_admin if "admin" in input.user.roles

other if data.base.x
