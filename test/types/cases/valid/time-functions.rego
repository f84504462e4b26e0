package types.time_functions

p := time.date([time.now_ns(), "UTC"])[0] + 1

q := time.clock(time.now_ns())[2]

r := time.diff(0, [1, "UTC"])[5]

s := time.format([0, "UTC", "RFC822"])

t := time.weekday(0) == "Thursday"
