package a
$"x"
