package t
p if { "a" := 2 }
