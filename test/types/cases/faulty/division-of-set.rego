package types.division_of_set

p := {1, 2} / 2
