# entrypoints: t/a t/b t/c
package t

f(x) := x + 1

g(x) := 10

p if input.x == 1

a if p with input as {"x": 1}

b := x if x := f(1) with f as g

c if {
	some x in [1, 2]
	not p with input.x as x
	count([1]) == 7 with count as 7
}
