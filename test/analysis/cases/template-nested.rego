package t
p if { x := $"{$"{b + 1}"}" }
