package a
every x in y { x }
