package t
p if { x := $"{$"{b}"}"; x }
