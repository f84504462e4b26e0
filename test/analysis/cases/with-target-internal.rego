package t
p if input.a with internal.print as 1
