# entrypoints: t/each t/named
package t

each := {[x, y] | y := data.a[x].p}

named := data.a[input.which].p
