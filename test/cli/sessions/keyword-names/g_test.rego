package foo.not

test_x if false

test_y if true
