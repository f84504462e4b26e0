package k8sallowedrepos

test_none { count(violation) == 0 with input as {"review": review("containers", "a/b"), "parameters": {"repos": ["a/"]}} }
test_bad { count(violation) == 1 with input as {"review": review("containers", "b/b"), "parameters": {"repos": ["a/"]}} }
test_bad_init { count(violation) == 1 with input as {"review": review("initContainers", "b/b"), "parameters": {"repos": ["a/", "c/"]}} }
test_no_repos { count(violation) == 1 with input as {"review": review("initContainers", "b/b"), "parameters": {"repos": []}} }
test_message {
    msgs := {m | violation[v]; m := v.msg} with input as {"review": review("containers", "x<y>&z"), "parameters": {"repos": ["a/"]}}
    msgs == {"container <c> has an invalid image repo <x<y>&z>, allowed repos are [\"a/\"]"}
}
review(key, image) = out {
    out = {"object": {"spec": {key: [{"name": "c", "image": image}]}}}
}
