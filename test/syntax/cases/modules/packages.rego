package a.b["c d"].e

import rego.v1
import data.x.y
import data.x["y z"] as q
import input.foo
import input
import future.keywords
import future.keywords.in
