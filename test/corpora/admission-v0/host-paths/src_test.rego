package k8spsphostfilesystem

test_input_hostpath_block_all {
    input := { "review": input_review, "parameters": input_parameters_block_all }
    results := violation with input as input
    count(results) > 0
}
test_input_hostpath_block_all_null_params {
    input := { "review": input_review }
    results := violation with input as input
    count(results) > 0
}
test_input_hostpath_no_volumes_is_allowed {
    input := { "review": input_review_no_volumes, "parameters": input_parameters_in_list }
    results := violation with input as input
    count(results) == 0
}
test_input_hostpath_allowed_readonly { count(violation) == 0 with input as {"review": input_review, "parameters": {"allowedHostPaths": [{"readOnly": true, "pathPrefix": "/tmp"}]}} }
test_prefixes {
    path_matches("/foo", "/foo/bar")
    path_matches("/", "/x")
    not path_matches("/foo", "/fool")
    not path_matches("/foo", "/etc/foo")
}
test_every {
  every_mount_readonly with input as {"review": input_review}
}
test_every_no_mounts {
  # nothing to check: `every` over an undefined domain
  not every_mount_readonly with input as {"review": {"object": {"spec": {"containers": [{"name": "x"}]}}}}
}

input_parameters_block_all = {
     "allowedHostPaths": []
}
input_parameters_in_list = {
     "allowedHostPaths": [
        {
            "readOnly": true,
            "pathPrefix": "/tmp"
        },
        {
            "readOnly": true,
            "pathPrefix": "/foo"
        }]
}
input_review_no_volumes = {
  "object": { "metadata": { "name": "nginx" }, "spec": { "containers": [ { "name": "nginx", "image": "nginx" } ] } } }
input_review = {
    "object": {
        "metadata": {"name": "nginx"},
        "spec": {
            "containers": [{"name": "nginx","image": "nginx","volumeMounts": [{"mountPath": "/cache", "name": "cache-volume", "readOnly": true}]}],
            "volumes": [ {"name": "cache-volume", "hostPath": { "path": "/tmp/data" } }, {"name": "e", "emptyDir": {}}],
      }
  }
}
