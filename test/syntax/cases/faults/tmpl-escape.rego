package a
p := $"\q{x}"
