package "a"
