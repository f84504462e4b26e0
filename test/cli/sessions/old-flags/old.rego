package legacy

import future.keywords.in

default allow = false

allow {
  input.method == "GET"
  input.path = ["public", _]
}

allow { input.user == data.admins[_] }

violations[msg] { some x in input.items; x.bad; msg := sprintf("%v is bad", [x.name]) }

m[k] = v { v := input.map[k]; v > 1 }
