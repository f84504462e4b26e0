package types.crypto_of_object

p := crypto.sha256({"a": 1})
