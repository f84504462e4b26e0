package a
p := 

q if {

}

r := [1, 2

s := 3

t := ]
