package types.http_send_string

p := http.send("http://localhost")
