package types.imported_data

import data.users

p if users[input.id].name == "x"
