package types.urlquery_of_numbers

p := urlquery.encode_object({"page": 1})
