package types.partial_set_element

admins contains user if some user in ["alice"]

p if admins[true]
