package a
p := {"a":}
