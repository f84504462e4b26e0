package v1

import rego.v1

p contains x if some x in [1]
