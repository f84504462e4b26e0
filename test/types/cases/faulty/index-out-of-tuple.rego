package types.index_out_of_tuple

pair := ["GET", "/"]

p if pair[2] == "x"
