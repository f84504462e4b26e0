package t
p if input.a with data.u.g as 1
