package types.function_boolean

is_admin(user) if user.role == "admin"

p if is_admin(input.user)

q if is_admin({"role": "admin"})
