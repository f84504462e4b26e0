package t
p if input.a with foo.bar as 1
