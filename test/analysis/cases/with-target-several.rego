package t
p if { sum([1]) == 1 with foo as 1; input.x with bar as 2 }
q if { x := [y | y := 1 with foo as 2; true with bar as 1]; x; input.y with baz as 1 }
r if { x := [y | y := 1 with foo as 2; true with bar as 1]; x }
s if { every x in [1] { input.x with foo as 1 }; not input.y with bar as 1 }
