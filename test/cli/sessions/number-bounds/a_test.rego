package a_test

test_data if data.x > 1
