package strs

a := ""
b := "abc"
c := "a\nb\t\"c\"\\ \/ \b\f\r"
d := "\u0041\u00e9\ud83d\ude00"
e := `raw \n "x" `
f := `multi
line`
g := ``
h := "é😀"
i := $"x"
j := $""
k := $"{x}"
l := $"a{x}b{y}c"
m := $"a\{b}{x}"
n := $`raw {x} \n
{y + 1}`
o := $"{f(x)[0]} {x.y} {[1, 2]} {{"a": 1}} {"s"} {1} {null} {true} {1.50}"
p := $"{$"{x}"}"
q := $"{x == 1} {x in y} {-1}"
r := $"{x with input as 1}"
s := $"\u0041{x}\n"
t := $`\{{x}`
u := $"{ x }{	y	}"
v := $"{
	x
}"
w := $"{x # c
}"
x := "\u0000\u001f"
y := "tab	inside"
z := $"tab	{x}"
aa := $"{{x | x}}"
ab := $"{1 # c
}"
