package capabilities

import data.capabilities as c

test_deny_add { c.deny[m] with input as pod(["NET_ADMIN"], [], ["sys_time"], []); contains(m, "disallowed") }
test_allow_star { count(c.deny) == 0 with input as pod(["NET_ADMIN"], [], ["*"], []) }
test_drop { count(c.deny) == 1 with input as pod([], ["a"], [], ["A", "b"]) }
test_drop_all { count(c.deny) == 0 with input as pod([], ["ALL"], [], ["A", "b"]) }
test_warn { c.warn["no security context"] with input as pod([], [], [], []) }
test_message { m := c.deny with input as object.union(pod(["x"], [], [], []), {"parameters": null})
  count(m) == 1 }

pod(add, drop, allowed, required) = {"spec": {"containers": [{"name": "n", "securityContext": {"capabilities": {"add": add, "drop": drop}}}]}, "parameters": {"allowedCapabilities": allowed, "requiredDropCapabilities": required}}
