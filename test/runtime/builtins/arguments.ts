// What the native built-ins are called with when the reference's answers are recorded: for each built-in one list of values
// per operand, as Rego text, combined with each other and with values of the wrong types; and whole calls besides.

/** Lists per operand, of which every combination is tried (thinned out to LIMIT), and single calls (argument lists). */
export interface Tried {
  readonly operands: readonly (readonly string[])[];
  readonly calls?: readonly (readonly string[])[];
}

/** Most combinations recorded per built-in. */
const LIMIT = 160;

/** One value of each type, for every operand in turn. */
const EACH_TYPE = ['null', 'false', '7', '"s"', '[1, "a"]', '{"k": 1}', '{1, "a"}'];

const strings = ['""', '"a"', '"abc"', '"héllo wörld"', '"aaaa"', '"日本語 😀"', '" \\t x\\n"', '"a.b.c"'];
const parts = ['""', '"a"', '"aa"', '"é"', '"."', '"b."', '"abcd"', '"😀"', '"l"'];
const integers = ['0', '1', '-1', '2', '7', '63', '-64', '4294967296', '9223372036854775807', '-9223372036854775808'];
const bigs = [
  '9223372036854775808',
  '18446744073709551616',
  '-123456789012345678901234567890',
  '1e30',
  '340282366920938463463374607431768211455',
];
const fractions = ['0.5', '-1.5', '0.1', '2.5e-3', '1.0', '1e2', '123456789.125', '1e-20', '99999999999999999999.5'];
const numbers = [...integers, ...bigs, ...fractions];
const small = ['-2', '-1', '0', '1', '2', '3', '100', '1.0', '1.5', '9223372036854775807', '9223372036854775808'];
const sets = ['set()', '{1}', '{1, 2, 3}', '{2, 3, "a"}', '{[1], {"a": 1}, {5}}', '{null, true, 1.0}'];
const arrays = [
  '[]',
  '[1]',
  '[3, 1, 2]',
  '["b", "a", "b"]',
  '[[1, [2]], {3}, {"a": [4]}]',
  '[null, true, "x", 1.5, [], {}, set()]',
];
const objects = [
  '{}',
  '{"a": 1}',
  '{"a": {"b": {"c": 1}}, "d": [1, {"e": 2}, {3, "x"}]}',
  '{1: "one", null: 2, [1]: {2: 3}, "a": {1, 2}}',
  '{"a": {"b": 2, "x": {"y": 1}}, "b": null}',
];
const values = ['null', 'true', '0', '"a"', '[1, [2]]', '{"a": {"b": 1}}', '{1, {2}}', 'set()'];
const hosts = [
  '"10.0.0.0/8"',
  '"10.1.0.0/16"',
  '"0.0.0.0/0"',
  '"::/0"',
  '"2001:db8::/32"',
  '"::ffff:10.0.0.0/104"',
  '"10.0.0.1/32"',
  '"::1/128"',
];
const faultyHosts = [
  '""',
  '"/"',
  '"10.0.0.0"',
  '"10.0.0.0/33"',
  '"10.0.0/8"',
  '"010.0.0.0/8"',
  '"10.0.0.0/08"',
  '"256.0.0.0/8"',
  '"2001:db8:::/32"',
  '"1:2:3:4:5:6:7::/32"',
  '"1:2:3:4:5:6:7:8::/32"',
  '"::1:2:3:4:5:6:7:8/32"',
  '"fe80::%eth0/10"',
  '"::1.2.3.4/96"',
  '"1:2:3:4:5:6:1.2.3.4/8"',
  '"1:2:3:4:5:6:7:1.2.3.4/8"',
  '"::01.2.3.4/8"',
  '"::/129"',
  '"12345::/8"',
  '"g::/8"',
  '":1::/8"',
  '"1:/8"',
  '"::/+8"',
  '"10.0.0.0/8/8"',
  '"10.0.0.0/99999999999999999999"',
];
const addresses = [
  '"10.1.2.3"',
  '"11.1.2.3"',
  '"10.0.0.0/9"',
  '"::ffff:10.2.3.4"',
  '"2001:db8::1"',
  '"2001:db8:ffff::/48"',
  '"1.2.3"',
  '"::1"',
  '"fe80::1%eth0"',
  '"::ffff:1.2.3.4/90"',
];
const jsonTexts = [
  '""',
  '" "',
  '"1"',
  '"-0"',
  '"1.50e+2"',
  '"{\\"a\\": [1, {\\"b\\": null}], \\"é\\": \\"\\\\u00e9\\\\ud83d\\\\ude00\\"}"',
  '"{\\"a\\": 1, \\"a\\": 2}"',
  '"{"',
  '"["',
  '"]"',
  '"[1,]"',
  '"[,]"',
  '"[1 2]"',
  '"[1]]"',
  '"1 2"',
  '"1 null"',
  '"1 true"',
  '"1 \\"abc\\""',
  '"1 [2]"',
  '"1 ]"',
  '"1 tru"',
  '"{}x"',
  '"{a: 1}"',
  '"{\\"a\\"}"',
  '"{\\"a\\" 1}"',
  '"{\\"a\\":}"',
  '"{\\"a\\":1,}"',
  '"{\\"a\\":1 \\"b\\"}"',
  '"{1: 2}"',
  '"nul"',
  '"nulx"',
  '"[fals]"',
  '"tru "',
  '"\\"abc"',
  '"\\"a\\\\x\\""',
  '"\\"a\\\\u12x\\""',
  '"\\"\\\\ud800\\""',
  '"\\"\\\\ud83d\\\\u0041\\""',
  '"\\"\\u0001\\""',
  '"\\"a\\nb\\""',
  '"\\"\\u007f\\""',
  '"01"',
  '"-01"',
  '"-"',
  '"-a"',
  '"1."',
  '"1.a"',
  '"1e"',
  '"1e+a"',
  '"[1.]"',
  '"[-]"',
  '"+1"',
  '"\\u0000"',
  '"é"',
  '"\\u000b1"',
  '"\\u2028"',
  '"1\\u00a0"',
  '"1e400"',
  '"123456789012345678901234567890"',
  '"\'a\'"',
  '"\\\\"',
];
const globPatterns = [
  '""',
  '"a"',
  '"*"',
  '"**"',
  '"?"',
  '"*.com"',
  '"**.com"',
  '"a?c"',
  '"a*c"',
  '"a**c"',
  '"*a*b*"',
  '"[abc]"',
  '"[!abc]"',
  '"[a-c]x"',
  '"[!a-c]*"',
  '"{a,bc}d"',
  '"{a,{b,c}d}e"',
  '"{*.com,api.*}"',
  '"a{b,}c"',
  '"{a"',
  '"a}"',
  '"a,b"',
  '"\\\\*"',
  '"a\\\\"',
  '"[\\\\]a]"',
  '"[-a]"',
  '"é?"',
  '"api.*.com"',
  '"*:*"',
];
const globTexts = [
  '""',
  '"a"',
  '"abc"',
  '"a.com"',
  '"api.x.com"',
  '"a.b.com"',
  '"ae"',
  '"cde"',
  '"bcd"',
  '"éa"',
  '"*"',
  '"a:b"',
  '"xaxbx"',
];
const pathLists = [
  '[]',
  '["a"]',
  '{"a/b"}',
  '["/a/b/c", "d/1"]',
  '[["a", "b"], ["d", "1", "e"]]',
  '[["d", 1], "zz"]',
  '["d/0", "d/2/x"]',
  '[""]',
  '["a/b", "a"]',
  '["a", "a/b"]',
  '[[[1]], [1]]',
  '[1]',
  '[{"a": 1}]',
];
const keyLists = ['[]', '["a"]', '{"a", 1}', '{"a": 5, "zz": 6}', '[[1], null]', '"a"', '1'];
const graphs = [
  '{}',
  '{"a": ["b"], "b": {"c"}, "c": []}',
  '{"a": ["b", "a"], "b": ["a"]}',
  '{"a": ["b"], "b": ["c"], "c": ["b"]}',
  '{"a": "x", "b": null}',
  '{1: [2], 2: [[3]], [3]: []}',
];
const vertices = ['[]', '["a"]', '{"a", "b"}', '["z"]', '[1]', '{}', '"a"'];
const casts = ['null', 'true', '1', '"1"', '[1, 1]', '{"a": 1}', '{1, 2}', 'set()'];

/** Sets of more sets than are sorted by insertion, unsorted as they are written. */
const nestedSets = [12, 40].map((count) => {
  const inner = (k: number): string =>
    `{${Array.from({ length: 10 }, (_, i) => (k * 7919 + i * 104729) % 1000).join(', ')}}`;
  return `{${Array.from({ length: count }, (_, k) => inner(count - k)).join(', ')}}`;
});

/** Every built-in by family; a family is a file of recorded answers. */
export const families: Readonly<Record<string, Readonly<Record<string, Tried>>>> = {
  numbers: {
    plus: { operands: [numbers, numbers] },
    minus: {
      operands: [
        [...numbers, '{1, 2}', '"s"'],
        [...numbers, '{2}', '"s"'],
      ],
      calls: [
        ['{1, 2}', '{2}'],
        ['{1}', '1'],
        ['1', '{1}'],
        ['[1]', '{1}'],
        ['{1}', '"s"'],
      ],
    },
    mul: { operands: [numbers, numbers] },
    div: { operands: [numbers, numbers] },
    rem: { operands: [numbers, numbers] },
    abs: { operands: [numbers] },
    ceil: { operands: [numbers] },
    floor: { operands: [numbers] },
    round: { operands: [numbers] },
    sum: {
      operands: [
        [
          '[]',
          '[1, 2.5]',
          '{0.1, 0.2, 0.3}',
          '[9223372036854775807, 1]',
          '[1e30, 1, 0.5]',
          '[1, "x"]',
          '{1, "x"}',
          '[[1]]',
          '{}',
        ],
      ],
    },
    product: {
      operands: [
        ['[]', '[1.5, 2]', '{0.1, 3}', '[9223372036854775807, 2, 2]', '[1e30, 10, 0.5]', '[1, "x"]', '{null, 1}', '{}'],
      ],
    },
    to_number: {
      operands: [
        [
          ...numbers,
          ...[
            '1e3',
            '-1',
            '0.50',
            '1__0',
            '1_',
            '_1',
            '',
            ' 1',
            '1 ',
            '+',
            '-',
            '.',
            'e5',
            '.e5',
            '1e',
            '1e+',
            '1e-3',
            '1E5',
          ],
          ...[
            'abc',
            '1a',
            '1.2.3',
            '--1',
            '0x',
            'inf',
            '-Infinity',
            'NaN',
            '+nan',
            'infx',
            '1e400',
            '-1e309',
            '1e308',
            '1e-400',
            '123456789012345678901234567890.5',
            '1.7976931348623157e308',
          ],
          ...['1.7976931348623159e308', '\\n1', 'é\\u0001\\"'],
        ].map((text, i) => (i < numbers.length ? text : `"${text}"`)),
      ],
    },
    format_int: {
      operands: [
        [...numbers, '1e21', '-0.9', '12345678901234567890123.75'],
        ['2', '8', '10', '16', '7', '10.0'],
      ],
    },
    'numbers.range': {
      operands: [
        ['0', '3', '-2', '1.0', '1.5', '9223372036854775806'],
        ['0', '3', '-2', '2.0', '2.5', '9223372036854775809'],
      ].map((list) => list.slice(0, 5)),
      calls: [
        ['9223372036854775806', '9223372036854775809'],
        ['1e30', '1000000000000000000000000000001'],
        ['-9223372036854775807', '-9223372036854775810'],
      ],
    },
    'numbers.range_step': {
      operands: [
        ['0', '10', '-3'],
        ['0', '10', '-3.0', '1.5'],
        ['1', '3', '0', '-1', '2.5', '100000000000000000000'],
      ],
      calls: [['9223372036854775800', '9223372036854775810', '5']],
    },
    'bits.and': {
      operands: [
        [...integers, ...bigs, '-9223372036854775809', '1.5', '1.0'],
        [...integers, ...bigs, '-18446744073709551617', '0.5'],
      ],
    },
    'bits.or': {
      operands: [
        [...integers, ...bigs, '-9223372036854775809', '1.5'],
        [...integers, ...bigs, '-18446744073709551617', '0.5'],
      ],
    },
    'bits.xor': {
      operands: [
        [...integers, ...bigs, '-9223372036854775809', '1.5'],
        [...integers, ...bigs, '-18446744073709551617', '0.5'],
      ],
    },
    'bits.negate': { operands: [[...integers, ...bigs, '-9223372036854775809', '1.5', '1.0']] },
    'bits.lsh': {
      operands: [
        [...integers, ...bigs, '1.5'],
        ['0', '1', '31', '32', '63', '64', '200', '-1', '1.5', '1.0'],
      ],
    },
    'bits.rsh': {
      operands: [
        [...integers, ...bigs, '-9223372036854775809', '1.5'],
        ['0', '1', '31', '32', '63', '64', '65', '200', '-1', '1.5', '100000000000000000000'],
      ],
    },
  },
  comparison: Object.fromEntries(
    ['equal', 'neq', 'lt', 'lte', 'gt', 'gte'].map((name) => [
      name,
      {
        operands: [
          [
            'null',
            'false',
            'true',
            '1',
            '1.0',
            '1e2',
            '0.1',
            '100000000000000000000',
            '"a"',
            '"ab"',
            '"é"',
            '[1]',
            '[1, 2]',
            '{"a": 1}',
            '{"b": 0}',
            '{1, 2}',
            '{3}',
            'set()',
          ],
          [
            'null',
            'true',
            '1',
            '1.0',
            '100',
            '0.10000000000000000001',
            '100000000000000000001',
            '"a"',
            '"z"',
            '"😀"',
            '[2]',
            '{"a": 1}',
            '{"a": 1, "b": 2}',
            '{1, 2}',
            '{1, 2, 3}',
            '{{2}, {1}}',
          ],
        ],
      },
    ]),
  ),
  aggregates: {
    count: { operands: [[...arrays, ...objects, ...sets, ...strings]] },
    max: { operands: [[...arrays, ...sets, '[1, 1.0]', '[{1, 3}, {1, 2}, {2}]']] },
    min: { operands: [[...arrays, ...sets, '[1.0, 1]', '[{1, 3}, {1, 2}, {2}]']] },
    sort: {
      operands: [
        [
          ...arrays,
          ...sets,
          ...nestedSets,
          '[{3, 1}, {2}, {1}, {1, 2}]',
          '[{"b": 1}, {"a": 2}, {"a": 1, "b": 0}]',
          '[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1.5]',
          '["b", "a", "B", "é", "z", "aa", "", "😀", "\\uffff"]',
          '{}',
        ],
      ],
    },
    all: { operands: [['[]', '[true]', '[true, false]', '{true, 1}', '{true}', '[1]', 'set()', '{}']] },
    any: { operands: [['[]', '[false]', '[true, false]', '{true, 1}', '{false}', '[1]', 'set()', '{}']] },
    'internal.member_2': {
      operands: [
        ['1', '"a"', '[1]', 'null', '{2}'],
        [...arrays, ...objects, ...sets, '"abc"'],
      ],
    },
    'internal.member_3': {
      operands: [
        ['0', '1', '"a"', 'null', '1.0'],
        ['1', '"x"', 'null'],
        ['[1, 1]', '["x"]', '{"a": 1}', '{1, null}', '{null: 1, 1: "x"}', '"abc"'],
      ],
    },
  },
  arrays: {
    'array.concat': { operands: [arrays, arrays] },
    'array.flatten': { operands: [[...arrays, '[[], [[]], [1, [2, [3]]], "a"]']] },
    'array.reverse': { operands: [arrays] },
    'array.slice': { operands: [['[]', '[1, 2, 3, 4]'], small, small] },
  },
  sets: {
    and: { operands: [sets, sets] },
    or: { operands: [sets, sets] },
    set_diff: { operands: [sets, sets] },
    union: { operands: [['set()', '{{1}}', '{{1, 2}, {2, 3}, set()}', '{{1}, 2}', '{"a"}']] },
    intersection: {
      operands: [['set()', '{{1}}', '{{1, 2}, {2, 3}}', '{{1, 2}, set()}', '{{1}, {2}}', '{{1}, 2}', '{"a"}']],
    },
  },
  objects: {
    'object.get': {
      operands: [
        objects,
        [
          '"a"',
          '"zz"',
          '1',
          'null',
          '[]',
          '["a", "b", "c"]',
          '["d", 1, "e"]',
          '["d", 2, "x"]',
          '[[1], 2]',
          '["d", 9]',
          '["d", -1]',
          '["d", 1.5]',
          '["a", 1]',
        ],
        ['"default"'],
      ],
    },
    'object.keys': { operands: [objects] },
    'object.filter': { operands: [objects, keyLists] },
    'object.remove': { operands: [objects, keyLists] },
    'object.union': { operands: [objects, objects] },
    'object.union_n': {
      operands: [
        [
          '[]',
          '[{}]',
          '[{"a": {"b": 1}}, {"a": {"c": 2}}]',
          '[{"a": {"b": 2}}, {"a": 4}, {"a": {"c": 3}}]',
          '[{"a": {"b": {"x": 1}}}, {"a": {"b": 1}}, {"a": {"b": {"c": 3}}}]',
          '[{}, 1, "x"]',
          '[{1: {2: 3}}, {1: {4: 5}}]',
        ],
      ],
    },
    'object.subset': {
      operands: [
        [
          '{"a": {"b": 1, "c": [1, 2, 3]}, "d": {1, 2}}',
          '[1, 2, 1, 2, 3]',
          '{1, 2, [3]}',
          '{}',
          '[]',
          'set()',
          '"x"',
          '[1, 1]',
        ],
        [
          '{"a": {"b": 1}}',
          '{"a": {"c": [2, 3]}}',
          '{"a": {"c": [1, 3]}}',
          '{"d": {1}}',
          '{"d": [1]}',
          '{"d": {3}}',
          '{}',
          '[]',
          'set()',
          '[1, 2, 3]',
          '[2, 2]',
          '{1, 2}',
          '{3, 4}',
          '{[3]}',
          '"x"',
          'null',
        ],
      ],
    },
    walk: { operands: [[...values, ...objects, ...arrays]] },
    'graph.reachable': { operands: [graphs, vertices] },
    'graph.reachable_paths': { operands: [graphs, vertices] },
  },
  types: {
    ...Object.fromEntries(
      ['is_array', 'is_boolean', 'is_null', 'is_number', 'is_object', 'is_set', 'is_string', 'type_name'].map(
        (name) => [name, { operands: [values] }],
      ),
    ),
    ...Object.fromEntries(
      ['array', 'boolean', 'null', 'object', 'set', 'string'].map((name) => [`cast_${name}`, { operands: [casts] }]),
    ),
  },
  strings: {
    concat: {
      operands: [
        ['""', '","', '"--"', '"é"'],
        ['[]', '["a"]', '["a", "", "é"]', '{"b", "a"}', 'set()', '[1]', '["a", 1]', '{"a", null}', '[["a"]]', '"abc"'],
      ],
    },
    contains: { operands: [strings, parts] },
    startswith: { operands: [strings, parts] },
    endswith: { operands: [strings, [...parts, '"c"', '"ld"', '"語 😀"']] },
    indexof: {
      operands: [
        [...strings, '"aaaaaaaaaaab"'],
        [...parts, '"aaab"', '"語"'],
      ],
    },
    indexof_n: { operands: [strings, [...parts, '"語"']] },
    lower: { operands: [[...strings, '"ÀÉİIẞΣ ǅ"', '"Ⰰⱟ Ⴀ"', '"𐐀"', '"ABCxyz[@`{"']] },
    upper: { operands: [[...strings, '"àéıiß ŉ ǆ ﬁ ǅ ᾳ"', '"ⰰ ა"', '"𐐨"', '"abcXYZ[@`{"']] },
    replace: { operands: [strings, parts, ['""', '"X"', '"é-"']] },
    split: { operands: [strings, parts] },
    substring: {
      operands: [
        ['""', '"abc"', '"héllo 😀"'],
        ['-1', '0', '1', '3', '100', '1.0', '1.5', '9223372036854775807', '9223372036854775808'],
        ['-1', '0', '1', '2', '100', '1.5'],
      ],
    },
    trim: {
      operands: [
        ['""', '"  a "', '"abcba"', '"éaé"', '"😀x😀"', '"xxx"'],
        ['""', '" "', '"ab"', '"é"', '"😀é"', '"x"'],
      ],
    },
    trim_left: {
      operands: [
        ['""', '"  a "', '"abcba"', '"éaé"', '"xxx"'],
        ['""', '" "', '"ab"', '"é"', '"x"'],
      ],
    },
    trim_right: {
      operands: [
        ['""', '"  a "', '"abcba"', '"éaé"', '"xxx"'],
        ['""', '" "', '"ab"', '"é"', '"x"'],
      ],
    },
    trim_prefix: { operands: [strings, parts] },
    trim_suffix: { operands: [strings, [...parts, '"c"', '".c"']] },
    trim_space: {
      operands: [
        [
          ...strings,
          '"\\u00a0\\u2003 a\\t\\n\\u0085\\u3000"',
          '"\\ufeffa\\u200b"',
          '" \\u1680\\u2028\\u2029\\u202f\\u205f"',
        ],
      ],
    },
    'strings.count': { operands: [strings, parts] },
    'strings.reverse': { operands: [[...strings, '"e\\u0301"']] },
    'strings.split_n': {
      operands: [
        ['""', '"a.b.c"', '"héy"'],
        ['""', '"."', '"x"'],
        ['-100', '-2', '-1', '0', '1', '2', '100', '1.5', '1.0', '9223372036854775807', '-9223372036854775808'],
      ],
    },
    'strings.replace_n': {
      operands: [
        [
          '{}',
          '{"a": "1", "b": "2"}',
          '{"": "-", "b": "2"}',
          '{"aa": "1", "a": "2"}',
          '{"": "X", "ab": "Y"}',
          '{"abc": "", "é": "e"}',
          '{1: "x"}',
          '{"x": 1}',
          '[]',
        ],
        ['""', '"abab"', '"aaab"', '"abcé"', '"héllo"'],
      ],
    },
    'strings.any_prefix_match': {
      operands: [
        ['""', '"abc"', '["ab", "cd"]', '{"xy"}', '[]', '[1]', '{"a", null}', '{}'],
        ['""', '"a"', '["b", "cd"]', '{"xyz", "x"}', 'set()', '["a", 2]'],
      ],
    },
    'strings.any_suffix_match': {
      operands: [
        ['""', '"abc"', '["ab", "cd"]', '{"xy"}', '[]', '[1]', '{"a", null}', '{}'],
        ['""', '"c"', '["b", "cd"]', '{"xyz", "y"}', 'set()', '["b", 2]'],
      ],
    },
    'internal.template_string': {
      operands: [
        [
          '[]',
          '["a", {1}, {"b"}]',
          '[set(), "x"]',
          '[{null}, {1.50}, {{"a": {1}}}, {set()}, {{}}, {[]}, {"é\\n"}]',
          '[{["é\\n\\u0001\\u200b\\"\\\\", "\\u00ad\\ufeff"]}]',
          '[1, true, "é"]',
        ],
      ],
    },
  },
  encoding: {
    'base64.encode': { operands: [strings] },
    'base64.decode': {
      operands: [
        [
          '""',
          '"YQ=="',
          '"YWI="',
          '"YWJj"',
          '"aMOpbGxv"',
          '"a"',
          '"YQ"',
          '"YQ="',
          '"YQ=a"',
          '"YQ= ="',
          '"YQ==\\n"',
          '"Y\\nQ=\\r\\n="',
          '"YQ==a"',
          '"="',
          '"Y==="',
          '"Y*=="',
          '"+/+/"',
          '"-_-_"',
          '"YWI=Y"',
          '"YWI=="',
        ],
      ],
    },
    'base64.is_valid': { operands: [['""', '"YQ=="', '"YQ"', '"YQ= ="', '"Y\\nQ=\\r\\n="', '"-_-_"']] },
    'base64url.encode': { operands: [[...strings, '"??>>"']] },
    'base64url.encode_no_pad': { operands: [[...strings, '"??>>"']] },
    'base64url.decode': {
      operands: [
        [
          '""',
          '"YQ=="',
          '"YQ"',
          '"YWI"',
          '"YWJj"',
          '"a"',
          '"aaaaa"',
          '"YQ="',
          '"Y*"',
          '"A*=="',
          '"Pz8-Pg"',
          '"+/+/"',
          '"YQ\\n"',
          '"YQ=\\n="',
        ],
      ],
    },
    'hex.encode': { operands: [strings] },
    'hex.decode': {
      operands: [
        [
          '""',
          '"68c3a9"',
          '"616263"',
          '"6"',
          '"zz"',
          '"6z"',
          '"z6"',
          '"zzz"',
          '"6é"',
          '"abc\\u0001"',
          '"4A4b"',
          '"\\u00ad0"',
          '"\'0"',
        ],
      ],
    },
    'json.is_valid': { operands: [jsonTexts] },
    'json.unmarshal': { operands: [jsonTexts] },
    'json.marshal': {
      operands: [
        [
          ...values,
          ...objects,
          ...arrays,
          ...numbers,
          '"<&>é\\u0001\\u2028\\u007f\\b\\f\\n\\r\\t\\"\\\\/"',
          '{1: "b", "1": "a", [1]: 2, "[1]": 3}',
          '{["a"]: 1, {"x"}: 2, {"k": "v"}: 3, "s\\"x": 4, 1.50: 5}',
          '{{3, 1}, {2}}',
        ],
      ],
    },
  },
  paths: {
    'json.filter': { operands: [objects, pathLists] },
    'json.remove': { operands: [objects, pathLists] },
    'json.patch': {
      operands: [
        ['{"a": {"b": [1, 2]}, "c": "x"}', '[1, {"a": 1}]', '{"s", ["t"]}', '5'],
        [
          '[]',
          '{}',
          '[1]',
          '[{}]',
          '[{"op": "add"}]',
          '[{"path": "a"}]',
          '[{"path": "a", "op": 1}]',
          '[{"path": "a", "op": "zzz"}]',
          '[{"path": 1, "op": "zzz"}]',
          '[{"op": "add", "path": "/a/b/-", "value": 3}]',
          '[{"op": "add", "path": "/a/b/3", "value": 3}]',
          '[{"op": "add", "path": "/a/b/01", "value": 3}]',
          '[{"op": "add", "path": "/a/b/+1", "value": 3}]',
          '[{"op": "add", "path": "/a/b/x", "value": 3}]',
          '[{"op": "add", "path": ["a", "b", 1.5], "value": 3}]',
          '[{"op": "add", "path": ["a", "b", null], "value": 3}]',
          '[{"op": "add", "path": "/a/x~1y~0z", "value": null}]',
          '[{"op": "add", "path": "/x/y", "value": 1}]',
          '[{"op": "add", "path": "/c/y", "value": 1}]',
          '[{"op": "add", "path": "/c/y/z", "value": 1}]',
          '[{"op": "add", "path": "", "value": 1}]',
          '[{"op": "add", "path": "new"}]',
          '[{"op": "remove", "path": "/a/b"}]',
          '[{"op": "remove", "path": "/a/b/0"}]',
          '[{"op": "remove", "path": "/a/b/-"}]',
          '[{"op": "remove", "path": "/zz"}]',
          '[{"op": "replace", "path": "/a/b/1", "value": [9]}]',
          '[{"op": "replace", "path": "/zz", "value": 1}]',
          '[{"op": "replace", "path": "/c"}]',
          '[{"op": "replace", "path": "", "value": "new"}]',
          '[{"op": "move", "path": "/a/b/0", "from": "/c"}]',
          '[{"op": "move", "path": "/c", "from": "/a/b/1"}]',
          '[{"op": "move", "path": "/c"}]',
          '[{"op": "move", "path": "/c", "from": 1}]',
          '[{"op": "copy", "path": "/a/c", "from": "/a"}]',
          '[{"op": "copy", "path": "/a/c", "from": ""}]',
          '[{"op": "test", "path": "/a/b", "value": [1, 2]}]',
          '[{"op": "test", "path": "/a/b/0", "value": 2}]',
          '[{"op": "test", "path": "/a/zz", "value": 2}]',
          '[{"op": "test", "path": "/a/b/2", "value": 2}]',
          '[{"op": "test", "path": "/a/b/0"}]',
          '[{"op": "test", "path": "/1/a", "value": 1}, {"op": "replace", "path": [1, "a"], "value": 2}]',
          '[{"op": "remove", "path": "/0"}, {"op": "add", "path": "/-", "value": 7}]',
          '[{"op": "add", "path": "/u", "value": "u"}, {"op": "remove", "path": "/s"}]',
          '[{"op": "add", "path": "/u", "value": "v"}]',
          '[{"op": "add", "path": [["t"], 0], "value": "v"}]',
          '[{"op": "replace", "path": "/s", "value": "s"}]',
        ],
      ],
      calls: [
        ['{"a": [[1], [2], [3]]}', '[{"op": "remove", "path": "/a/0"}, {"op": "add", "path": "/a/0/-", "value": 9}]'],
        ['[1, 2, 3]', '[{"op": "remove", "path": "/0"}, {"op": "test", "path": "/0", "value": 2}]'],
        ['[1, 2, 3]', '[{"op": "add", "path": "/0", "value": 0}, {"op": "copy", "path": "/-", "from": "/3"}]'],
      ],
    },
  },
  matching: {
    'glob.match': {
      operands: [globPatterns, ['[]', 'null', '[":"]', '[".", ":"]'], globTexts],
      calls: [
        ['"["', '[]', '"a"'],
        ['"[a"', '[]', '"a"'],
        ['"[]"', '[]', '"a"'],
        ['"[]a]"', '[]', '"a"'],
        ['"[!]"', '[]', '"a"'],
        ['"[a-]"', '[]', '"a"'],
        ['"[a-b-c]"', '[]', '"a"'],
        ['"[z-a]"', '[]', '"a"'],
        ['"[abc-d]"', '[]', '"-"'],
        ['"[a,b]"', '[]', '","'],
        ['"a\\ufffd"', '[]', '"a"'],
        ['"a"', '[""]', '"a"'],
        ['"a"', '["ab"]', '"a"'],
        ['"a"', '[1]', '"a"'],
        ['"a"', '["é"]', '"a"'],
        ['"a*"', '["é"]', '"abé"'],
        ['"?"', 'null', '""'],
        ['"ab*ba"', 'null', '"aba"'],
        ['"ab**ba"', '[]', '"aba"'],
        ['"?a"', 'null', '"éa"'],
        ['"a?c"', '[]', '"aéc"'],
        ['"{a*,b}c"', '[]', '"abc"'],
        ['"{**,b}c"', '[]', '"a.c"'],
        ['"***"', '[]', '""'],
        ['"[!ab]"', 'null', '""'],
        ['"[!a-b]"', 'null', '""'],
      ],
    },
    'glob.quote_meta': { operands: [[...strings, '"*.a{b}[c]?\\\\,!-^"']] },
    'net.cidr_contains': {
      operands: [hosts, [...hosts, ...addresses]],
      calls: faultyHosts.flatMap((host) => [
        [host, '"10.0.0.1"'],
        ['"10.0.0.0/8"', host],
        ['"::/0"', host],
      ]),
    },
    'net.cidr_intersects': { operands: [hosts, hosts], calls: faultyHosts.map((host) => [host, '"10.0.0.0/8"']) },
  },
};

/** The argument lists for one built-in. */
export function argumentLists(tried: Tried): string[][] {
  const all: string[][] = tried.operands.reduce<string[][]>(
    (lists, values) => lists.flatMap((list) => values.map((value) => [...list, value])),
    [[]],
  );
  // Thinned out evenly; a step that shares no factor with the last list's length keeps its values mixed.
  const step = Math.max(1, all.length / LIMIT);
  const kept =
    all.length <= LIMIT
      ? all
      : Array.from({ length: LIMIT }, (_, i) => all[Math.floor(i * step + (i % 7) * (step / 7))] ?? []);
  const first = tried.operands.map((list) => list[0] ?? 'null');
  const wrong = tried.operands.flatMap((_, position) =>
    EACH_TYPE.map((value) => first.map((other, i) => (i === position ? value : other))),
  );
  const lists = [...kept, ...wrong, ...(tried.calls ?? []).map((call) => [...call])];
  const seen = new Set<string>();
  return lists.filter((list) => {
    const key = list.join('\u0000');
    if (list.length === 0 || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
