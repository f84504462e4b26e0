package t
p if data.t
