package a
import future.keywords.in
p { every x in y { x } }
