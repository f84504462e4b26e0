package t
p if data.t.q.r with data.t.q.r as 1
q := {"r": 2}
