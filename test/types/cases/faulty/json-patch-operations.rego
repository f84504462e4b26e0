package types.json_patch_operations

p := json.patch({}, [{"op": 1, "path": "/a"}])
