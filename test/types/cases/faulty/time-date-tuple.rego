package types.time_date_tuple

p := time.date(["a", "UTC"])
