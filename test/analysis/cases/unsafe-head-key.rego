package t
p contains x if input.a
