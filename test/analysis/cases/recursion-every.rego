package t
p if every x in p { x }
