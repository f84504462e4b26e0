package types.json_marshal_forms

p := json.marshal_with_options({}, {"pretty": true})

q := json.marshal_with_options({}, {"indent": "  ", "prefix": ">"})

r := json.marshal_with_options({}, {})

s := json.marshal_with_options({}, options)

options := {"pretty": true}
