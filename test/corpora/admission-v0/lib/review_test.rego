package lib.review

test_not_gatekeeper { not is_gatekeeper with input as {"kind": "Pod"} }

test_gatekeeper { is_gatekeeper with input as {"review": {"object": {"kind": "Pod"}}} }

test_split_plain { split_image("nginx") == ["nginx", "latest"] }
test_split_tag { split_image("nginx:1.2") == ["nginx", "1.2"] }
test_split_host_port { not split_image("host:5000/nginx:1.2") }

test_default_present {
	get_default({"a": 1}, "a", 2) == 1
}
test_default_false { get_default({"a": false}, "a", 2) == false }
test_containers_of_deployment {
  got := containers with input as {
    "kind": "Deployment",
    "spec": {"template": {"spec": {"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "c"}]}}}}
  count(got) == 3
  got[{"name": "c"}]
}

test_containers_of_cronjob {
  got := containers with input as {"review": {"object": {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "z"}]}}}}}}}}
  got == {{"name": "z"}}
}

# fails: on purpose, what a report says of it is compared too
test_wrong_expectation { count(volumes) == 1 with input as {"kind": "Pod", "spec": {"volumes": []}} }

todo_test_later { false }

test_conflict { get_default({"a": null}, "a", 1) == 1; get_default({"a": 1}, "a", 3) == 1 }
