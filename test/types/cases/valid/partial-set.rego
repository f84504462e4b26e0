package types.partial_set

admins contains "alice"

admins contains user if some user in input.users

p if admins.alice

q if admins[input.user]

r if "bob" in admins
