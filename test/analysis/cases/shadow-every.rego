package t
p if every x in [1] { input := x; input }
