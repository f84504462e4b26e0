package t
p if every v in [1] { x := v }
