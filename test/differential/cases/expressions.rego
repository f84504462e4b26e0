# Expressions over the corners of the built-ins that a table of single calls does not reach.
# each: aggregates
count("héé𝄞")
count({})
count(input)
sum([0.1, 0.2])
sum({1, 1.0, 2})
sum([1e308, 1e308])
sum([9007199254740993, 1])
product([1.5, 2])
product({2, 3, 0.5})
product([])
sum([])
max([])
min(set())
max([1, "a", null, {}, set(), [], true])
min([1, "a", null, {}, set(), [], true])
max({{1}, {2}, {1, 2}})
min([[1, 2], [1], [0, 5]])
max(["a", "B", "é", "z", "𝄞", "﹏"])
sort([3, "a", {"b": 1}, {"a": 2}, [2], [1, 1], {3}, set(), null, false, true, 1.5, -1])
sort({3, "a", [2], {1}, null})
sort([{"a": 1, "b": 2}, {"a": 1}, {"b": 0}, {}])
sort(["b", "a", "B", "10", "9", ""])
sort([[], [[]], [[], []], [[[]]]])
sort([1.0, 1, 1e0, 2])
count({1, 1.0, 1e0, 10e-1})
sum([1, "a"])
product([1, "a"])
sum({1, null})
sum([12345678901234567890, 98765432109876543210])
product([12345678901234567890, 98765432109876543210])
product([0.1, 0.1, 0.1])
max([1.5, 1.50, 1])
any([])
all([])
any([true, false])
# each: numbers
1e3
1.0
-0
-0.0
1e-7
0.000001
0.0000001
123456789012345678901234567890
1.10
100e-2
1e21
1e20
12e5
1E5
0.1 + 0.2
1 / 3
2 / 3
10 / 4
10 / 5
-7 / 2
1e400
1e-400
1e400 + 1
7 % 3
-7 % 3
7 % -3
7.0 % 2
7.5 % 2
5 % 0
5 / 0
5 / 0.0
0 / 5
-1 * 0
9223372036854775807 + 1
-9223372036854775808 - 1
9223372036854775807 * 9223372036854775807
18446744073709551616 % 10
18446744073709551615 % 10
99999999999999999999 % 7
1e2 % 7
round(2.5)
round(-2.5)
round(0.5)
round(1.5)
round(-0.4)
round(1e25)
round(12345678901234567890.5)
ceil(1.1)
ceil(-1.1)
ceil(-0.5)
ceil(1e25)
floor(-0.5)
floor(1.9999999999999999999)
floor(12345678901234567890.5)
abs(-0)
abs(-1.5)
abs(-12345678901234567890)
1 == 1.0
1 == 1e0
1.0 == 1.00
0 == -0
0.1 + 0.2 == 0.3
1e3 == 1000
{1: "a"}[1.0]
{1.0: "a"}[1]
{1, 2}[1.0]
1 in {1.0}
1.5e0 in [1.5]
1e1 * 1e1
0.1 * 3
1.1 * 1.1
1.1 + 2.2
1 - 0.9
3 - 2.9999999999999999999999
100000000000000000000 - 1
1e100
1e15 + 0.1
123456789.123456789
bits.and(-1, 255)
bits.or(-8, 3)
bits.xor(-1, 1)
bits.negate(0)
bits.negate(-1)
bits.lsh(1, 100)
bits.lsh(-1, 3)
bits.rsh(-8, 1)
bits.rsh(1, 100)
bits.lsh(1, -1)
bits.rsh(1, -1)
bits.lsh(1.5, 1)
bits.and(1e20, 12345678901234567890)
bits.and(1.0, 3)
bits.lsh(1, 0)
numbers.range(3, 1)
numbers.range(-1, 1)
numbers.range(1, 1)
numbers.range(1.0, 3)
numbers.range(1.5, 3)
numbers.range(1, 3.5)
numbers.range(9223372036854775806, 9223372036854775808)
numbers.range_step(1, 10, 3)
numbers.range_step(10, 1, 3)
numbers.range_step(1, 10, 0)
numbers.range_step(1, 10, -1)
numbers.range_step(1, 10, 1.5)
numbers.range_step(1, 1, 5)
numbers.range_step(0, 1, 100)
format_int(10, 2)
format_int(10.9, 10)
format_int(-10.9, 10)
format_int(-10, 16)
format_int(255, 16)
format_int(255, 8)
format_int(255, 3)
format_int(12345678901234567890123, 16)
format_int(12345678901234567890.7, 10)
format_int(0.5, 2)
format_int(-0.5, 2)
to_number("1.0")
to_number("1e3")
to_number("0x1F")
to_number(" 1")
to_number("1 ")
to_number("-1")
to_number("-0")
to_number("Infinity")
to_number("inf")
to_number("NaN")
to_number("nan")
to_number("")
to_number("1e400")
to_number("1e-400")
to_number("0b11")
to_number("0o17")
to_number("12345678901234567890123")
to_number(null)
to_number(true)
to_number(false)
to_number([])
json.marshal(1e3)
json.marshal(1.0)
json.marshal(-0)
json.marshal(1e400)
json.marshal(0.1 + 0.2)
json.marshal(12345678901234567890123)
json.unmarshal("1e3")
json.unmarshal("1.0")
json.unmarshal("-0")
json.unmarshal("[1.50, 1e2, -0.0]")
json.unmarshal("1e400")
sprintf("%v %v %v", [1.0, 1e3, -0])
concat(",", [format_int(1e3, 10), sprintf("%d", [1e3])])
# each: strings
concat("-", ["a"])
concat("-", [])
concat("-", {"b", "a", "c"})
concat("", ["é", "𝄞"])
concat("-", ["a", 1])
concat("-", {"a", 1})
contains("", "")
contains("abc", "")
contains("𝄞", "𝄞")
startswith("", "")
startswith("é", "e")
endswith("abc", "")
indexof("héllo", "l")
indexof("𝄞a", "a")
indexof("abc", "")
indexof("", "")
indexof("", "a")
indexof("abc", "d")
indexof("aéa", "éa")
indexof_n("banana", "an")
indexof_n("aaaa", "aa")
indexof_n("𝄞a𝄞a", "a")
indexof_n("abc", "")
indexof_n("", "a")
lower("ÀÉÎ ΑΣ ẞ İ")
upper("àéî ßﬀ ας ŉ ı")
upper("ǆ")
lower("Σ")
replace("abc", "", "-")
replace("", "", "-")
replace("aaa", "a", "")
replace("aaa", "aa", "b")
replace("𝄞", "𝄞", "x")
split("a,b,,c", ",")
split("abc", "")
split("", "")
split("", ",")
split("é𝄞", "")
split("abc", "abcd")
strings.split_n("a,b,c,d", ",", 2)
strings.split_n("a,b,c,d", ",", 0)
strings.split_n("a,b,c,d", ",", -1)
strings.split_n("a,b,c,d", ",", 100)
strings.split_n("abc", "", 2)
strings.split_n("", "", 2)
strings.split_n("a,b", ",", 1.5)
substring("abcde", 1, 2)
substring("abcde", 1, -1)
substring("abcde", 1, 100)
substring("abcde", 10, 1)
substring("abcde", -1, 1)
substring("é𝄞ab", 1, 2)
substring("abc", 1.5, 1)
substring("abc", 0, 1.5)
substring("", 0, 0)
substring("abc", 3, 1)
substring("abc", 0, 0)
trim("  a  ", " ")
trim("", "a")
trim("abc", "")
trim("aébéa", "aé")
trim_left("aab", "a")
trim_right("baa", "a")
trim_prefix("abc", "ab")
trim_prefix("abc", "")
trim_suffix("abc", "bc")
trim_space(" \t\n\u00a0\u2003a\u3000\r\n")
trim_space("\u200ba\ufeff")
strings.reverse("héé𝄞")
strings.reverse("e\u0301a")
strings.reverse("")
strings.count("cheese", "e")
strings.count("cheese", "")
strings.count("𝄞é", "")
strings.count("aaaa", "aa")
strings.any_prefix_match("abc", ["x", "ab"])
strings.any_prefix_match(["abc", "xyz"], "x")
strings.any_prefix_match({"abc"}, {"z", "a"})
strings.any_prefix_match([], "a")
strings.any_prefix_match("a", [])
strings.any_prefix_match("", "")
strings.any_prefix_match(["a", 1], "a")
strings.any_prefix_match("a", ["a", 1])
strings.any_suffix_match("abc", {"c"})
strings.any_suffix_match(["abc"], ["d"])
strings.any_suffix_match([1], "d")
strings.replace_n({"a": "b", "b": "c"}, "ab")
strings.replace_n({"": "-"}, "abc")
strings.replace_n({"<": "&lt;", ">": "&gt;"}, "<b>")
strings.replace_n({}, "abc")
strings.replace_n({"a": 1}, "abc")
strings.replace_n({1: "a"}, "abc")
strings.replace_n({"aa": "x", "a": "y"}, "aaa")
strings.replace_n({"b": "1", "abc": "2"}, "abc")
strings.render_template("{{.a}}", {"a": 1})
strings.render_template("{{range .a}}{{.}},{{end}}", {"a": [1, 2]})
strings.render_template("{{.b}}", {"a": 1})
strings.render_template("{{if .a}}y{{else}}n{{end}}", {"a": false})
strings.render_template("{{", {})
"\u0041\u00e9"
"\ud834\udd1e"
"\ud834"
"\udd1e\ud834"
"a\u0000b"
"\b\f\n\r\t\/\\\""
`raw \n {"a"}`
"\x"
"\u12"
"tab	in"
json.marshal("<>&\u2028\u2029\u0000\u007f")
json.marshal("\ud834")
json.marshal("é𝄞")
sprintf("%q", ["a\u0000\u00e9\u2028"])
# each: sets, arrays and objects
{1} | {2}
{1, 2} & {2, 3}
{1, 2} - {2}
set() | set()
union({{1}, {2}})
union(set())
union({{1}, {}})
union({1})
intersection({{1, 2}, {2, 3}})
intersection(set())
intersection({{1}, set()})
intersection({1})
array.concat([1], [2])
array.concat([], [])
array.slice([1, 2, 3], 1, 2)
array.slice([1, 2, 3], -1, 2)
array.slice([1, 2, 3], 2, 1)
array.slice([1, 2, 3], 0, 100)
array.slice([1, 2, 3], 5, 100)
array.slice([1, 2, 3], 0.5, 2)
array.slice([1, 2, 3], 0, 1.5)
array.slice([1, 2, 3], 1.0, 2)
array.slice([1, 2, 3], 0, 12345678901234567890)
array.reverse([1, "a", [2]])
array.flatten([1, [2, [3, [4]]], {5}, {"a": [6]}])
array.flatten([])
array.flatten([[], [[]]])
object.get({"a": {"b": 1}}, ["a", "b"], 0)
object.get({"a": {"b": 1}}, ["a", "c"], 0)
object.get({"a": {"b": 1}}, [], 0)
object.get({"a": [1, 2]}, ["a", 1], 0)
object.get({"a": [1, 2]}, ["a", 5], 0)
object.get({"a": {1}}, ["a", 1], 0)
object.get({["a"]: 1}, ["a"], 0)
object.get({["a"]: 1}, [["a"]], 0)
object.get({1: 2}, 1.0, 0)
object.get({"a": null}, "a", 0)
object.get({"a": false}, "a", 0)
object.get({}, "a", {"x": {1}})
object.keys({"a": 1, 2: 3, [1]: 4, {1}: 5})
object.keys({})
object.remove({"a": 1, "b": 2}, {"a"})
object.remove({"a": 1, "b": 2}, ["a", "z"])
object.remove({"a": 1, "b": 2}, {"a": {"x": 1}})
object.remove({1: 1}, [1.0])
object.filter({"a": 1, "b": 2}, {"a"})
object.filter({"a": 1, "b": 2}, ["b", "z"])
object.filter({"a": 1, "b": 2}, {"a": 0})
object.union({"a": {"b": 1}}, {"a": {"c": 2}})
object.union({"a": 1}, {"a": {"c": 2}})
object.union({"a": {"b": 1}}, {"a": [1]})
object.union({}, {})
object.union_n([{"a": 1}, {"a": {"b": 2}}, {"a": {"c": 3}}])
object.union_n([])
object.union_n([{"a": {"x": {"y": 1}}}, {"a": {"x": {"z": 2}}}])
object.union_n([{}, 1])
object.subset({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}})
object.subset({"a": [1, 2, 3]}, {"a": [2, 3]})
object.subset([1, 2, 3], [2, 3])
object.subset([1, 2, 3], {1, 3})
object.subset({1, 2, 3}, {1, 3})
object.subset({1, 2}, [1])
object.subset([], [])
object.subset({"a": {1, 2}}, {"a": {1}})
object.subset([1, {"a": 1, "b": 2}], [{"a": 1}])
object.subset({1}, {"a": 1})
json.filter({"a": {"b": 1, "c": 2}}, ["a/b"])
json.filter({"a": [{"b": 1}, {"c": 2}]}, ["a/0/b", "a/1"])
json.filter({"a": 1}, {["a"]})
json.filter({"a": 1}, [])
json.filter({"a": 1}, [""])
json.filter({"a/b": 1}, ["a~1b"])
json.filter({"a": {"b": 1}}, [["a", "b"], "a"])
json.filter({"a": {"b": 1}}, [1])
json.filter({1: 2}, ["1"])
json.filter({1: 2}, [[1]])
json.remove({"a": {"b": 1, "c": 2}}, ["a/b"])
json.remove({"a": [1, 2, 3]}, ["a/1"])
json.remove({"a": [1, 2, 3]}, ["a/0", "a/2"])
json.remove({"a": [1, 2, 3]}, ["a/01", "a/-1", "a/x"])
json.remove({"a": 1}, [""])
json.remove({"a": {"b": 1}}, ["a", "a/b"])
json.remove({"a": {1, 2}}, ["a/1"])
json.remove({"a": 1}, [1])
json.patch({"a": 1}, [{"op": "add", "path": "/b", "value": 2}])
json.patch({"a": 1}, [{"op": "add", "path": "b", "value": 2}])
json.patch({"a": 1}, [{"op": "add", "path": "", "value": 2}])
json.patch({"a": 1}, [{"op": "remove", "path": "/b"}])
json.patch({"a": [1, 2]}, [{"op": "add", "path": "/a/-", "value": 3}])
json.patch({"a": [1, 2]}, [{"op": "add", "path": "/a/3", "value": 3}])
json.patch({"a": [1, 2]}, [{"op": "add", "path": "/a/2", "value": 3}])
json.patch({"a": [1, 2]}, [{"op": "replace", "path": "/a/0", "value": {"x"}}])
json.patch({"a": [1, 2]}, [{"op": "move", "from": "/a/0", "path": "/b"}])
json.patch({"a": [1, 2]}, [{"op": "copy", "from": "/a", "path": "/b"}])
json.patch({"a": 1}, [{"op": "copy", "from": "/z", "path": "/b"}])
json.patch({"a": 1}, [{"op": "test", "path": "/a", "value": 1.0}])
json.patch({"a": 1}, [{"op": "test", "path": "/a", "value": 2}])
json.patch({"a": 1}, [{"op": "test", "path": "/b", "value": 2}])
json.patch({"a": 1}, [{"op": "nope", "path": "/b", "value": 2}])
json.patch({"a": 1}, [{"path": "/b", "value": 2}])
json.patch({"a": 1}, [{"op": "add", "value": 2}])
json.patch({"a": 1}, [{"op": "add", "path": "/a"}])
json.patch({"a": 1}, [{"op": "move", "path": "/a"}])
json.patch({"a": 1}, [{"op": 1, "path": "/a"}])
json.patch({"a": 1}, [{"op": "add", "path": 1, "value": 1}])
json.patch({"a": 1}, [1])
json.patch({"a": 1}, [])
json.patch({"a": {1, 2}}, [{"op": "add", "path": "/a/3", "value": 3}])
json.patch({"a": {1, 2}}, [{"op": "add", "path": ["a", 3], "value": 3}])
json.patch({"a": {1, 2}}, [{"op": "remove", "path": ["a", 1]}])
json.patch({"a": {{"x": 1}}}, [{"op": "add", "path": ["a", {"x": 1}, "y"], "value": 3}])
json.patch([1, 2], [{"op": "add", "path": "0", "value": 0}])
json.patch({1, 2}, [{"op": "add", "path": [3], "value": 3}])
json.patch(1, [{"op": "replace", "path": "", "value": 3}])
json.patch("a", [{"op": "add", "path": "/x", "value": 3}])
json.patch({"a~b": {"c/d": 1}}, [{"op": "remove", "path": "/a~0b/c~1d"}])
json.patch({"a": 1}, {{"op": "remove", "path": "/a"}})
{"a": 1}.a
{"a": 1}["b"]
[1, 2][5]
[1, 2][-1]
{1, 2}[3]
{"a": {"b": {1, 2}}}.a.b[1]
{{1}: 2}[{1}]
{[1, {"x"}]: "v"}[[1, {"x"}]]
[{1}, {2}] == [{1.0}, {2}]
{"a": 1} == {"a": 1.0}
[] == {}
set() == {}
{} == {"a": 1}
{1, 2} < {1, 3}
{1} < {1, 2}
[1, 2] < [1, 3]
[2] < [1, 3]
{"a": 1} < {"a": 2}
{"a": 2} < {"b": 1}
{"b": 1} < {"a": 1, "b": 1}
null < false
true < 0
1 < "a"
"z" < []
[9] < {}
{"z": 9} < set()
"a" < "B"
"é" < "z"
{1} & {"a"}
{1} | {"a", [1]}
{} | {1}
[1] - [1]
{1} - {1, 2}
1 - {1}
{1} + {2}
"a" + "b"
[1] & {1}
1 in [1, 2]
"a" in {"a": 1}
1 in {"a": 1}
"a", 1 in {"a": 1}
0, "x" in ["x"]
1, 1 in {1}
1 in 1
"a" in "abc"
{1} in {{1}}
[1] in [[1]]
1, 2 in 3
# each: types
type_name(1)
type_name(set())
type_name({})
type_name([])
type_name(null)
is_number("1")
is_set({})
is_object(set())
is_array([])
is_null(null)
is_boolean(false)
is_string("")
cast_array({1, 2})
cast_set([1, 1])
cast_array("a")
cast_set({})
cast_string(1)
cast_boolean(true)
cast_null(null)
cast_object({})
# each: patches after patches
json.patch({"a": {"x": 1}}, [{"op": "add", "path": "a/y", "value": 2}, {"op": "copy", "from": "a", "path": "b"}, {"op": "add", "path": "b/z", "value": 3}, {"op": "replace", "path": "a/x", "value": 4}])
json.patch({"a": {"x": 1}}, [{"op": "add", "path": "b", "value": {"c": []}}, {"op": "add", "path": "b/c/-", "value": 1}, {"op": "move", "from": "b/c", "path": "a/x"}, {"op": "add", "path": "a/x/0", "value": 0}])
json.patch({"a": {"x": 1}}, [{"op": "copy", "from": "", "path": "a/y"}, {"op": "replace", "path": "a/y/a/x", "value": 2}])
json.patch([1, 2, 3], [{"op": "remove", "path": "0"}, {"op": "remove", "path": "0"}])
json.patch([[1], [2]], [{"op": "add", "path": "0/0", "value": 0}, {"op": "copy", "from": "0", "path": "-"}, {"op": "replace", "path": "2/0", "value": 9}])
json.patch({"a": {1, 2}}, [{"op": "add", "path": "a/x", "value": "x"}, {"op": "remove", "path": "a/x"}, {"op": "add", "path": "a/y", "value": "y"}])
[{"v": v, "p": p} | v := {"x": []}; p := json.patch({}, [{"op": "add", "path": "a", "value": v}, {"op": "add", "path": "a/x/-", "value": 1}])]
