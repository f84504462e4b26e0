package types.json_patch_forms

p := json.patch({"a": 1}, [{"op": "add", "path": "/b", "value": 2}])

q := json.patch(input.doc, input.patches)

r := json.patch({}, [{"op": "remove", "path": ["a", 0]}])

s := json.patch([], [op | op := {"op": "add", "path": "-", "value": 1}])
