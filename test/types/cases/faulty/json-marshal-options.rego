package types.json_marshal_options

p := json.marshal_with_options({}, {"pretty": "yes"})
