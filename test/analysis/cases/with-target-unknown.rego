package t
p if input.a with foo as 1
