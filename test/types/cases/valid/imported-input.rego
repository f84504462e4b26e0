package types.imported_input

import input.request as req

p if req.method == "GET"

q if upper(req.method) == "GET"
