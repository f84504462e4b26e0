// Sources that no one would write on purpose: each gives a module or a finding with its place, soon, and no exception.
import { describe, expect, test } from '@jest/globals';
import { readCapabilities } from '../../engine/builtins/capabilities.ts';
import { compile, type CompileOptions } from '../../engine/compile.ts';
import { loadSync } from '../../engine/host/load.ts';
import { parseJson } from '../../engine/value/json.ts';

type Outcome = 'compiles' | RegExp;

interface Case {
  readonly source: string | Uint8Array | readonly string[];
  readonly outcome: Outcome;
  readonly row?: number;
  readonly options?: CompileOptions;
}

const ENCODER = new TextEncoder();

function bytes(...parts: readonly (string | number)[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...ENCODER.encode(part)])));
}

function list(count: number, make: (i: number) => string, separator = ''): string {
  return Array.from({ length: count }, (_, i) => make(i)).join(separator);
}

const head = 'package a\n';
const p: CompileOptions = { entrypoints: ['a/p'] };
const DEEP = /max parsing recursion depth exceeded/;
const COMPLEX = /too complex to compile/;

const CASES: Readonly<Record<string, Case>> = {
  'bytes that are not UTF-8': { source: bytes(head, 'p := "', 0xff, 0xfe, '"'), outcome: /illegal utf-8/, row: 2 },
  'a byte-order mark': { source: bytes(0xef, 0xbb, 0xbf, head, 'p := 1'), outcome: 'compiles', options: p },
  'NUL between statements': { source: `${head}p := 1\0\n`, outcome: /illegal null character/, row: 2 },
  'NUL in a string': { source: `${head}p := "a\0b"`, outcome: /illegal null character/, row: 2 },
  'no text': { source: '', outcome: /empty module/ },
  'many rules': {
    source: head + list(5_000, (i) => `rule_${i} if input.x == ${i}\n`),
    outcome: 'compiles',
  },
  'many rules of one name': {
    source: head + list(2_000, (i) => `p := ${i} if { input.x > ${i}; input.x < ${i + 2} }\n`),
    outcome: 'compiles',
    options: p,
  },
  'a 10 MB string': { source: `${head}p := "${'x'.repeat(10_000_000)}"`, outcome: 'compiles', options: p },
  'many comments': { source: `${head}${'# note\n'.repeat(200_000)}p := 1`, outcome: 'compiles', options: p },
  'a large array': { source: `${head}p := [${list(20_000, String, ', ')}]`, outcome: 'compiles', options: p },
  'a large array of references': {
    source: `${head}p := [${list(20_000, (i) => `input.x${i}`, ',')}]`,
    outcome: COMPLEX,
    row: 2,
    options: p,
  },
  'one line of many expressions': {
    source: `${head}p if { ${list(20_000, (i) => `x${i} := input.a`, '; ')} }`,
    outcome: COMPLEX,
    row: 2,
    options: p,
  },
  '2 MB of what is no Rego': { source: head + ') ] } $%^ '.repeat(200_000), outcome: /unexpected \)/, row: 2 },
  'faults in every rule': { source: head + list(3_000, (i) => `p${i} if { x${i} }\n`), outcome: /var x0 is unsafe/ },
  brackets: { source: `${head}p := ${'['.repeat(10_000)}${']'.repeat(10_000)}`, outcome: DEEP, row: 2 },
  braces: { source: `${head}p := ${'{'.repeat(10_000)}1${'}'.repeat(10_000)}`, outcome: DEEP, row: 2 },
  parentheses: { source: `${head}p := ${'('.repeat(10_000)}1${')'.repeat(10_000)}`, outcome: DEEP, row: 2 },
  'not not': { source: `${head}p if { ${'not '.repeat(10_000)}x }`, outcome: /unexpected not keyword/, row: 2 },
  'not in not': {
    source: `${head}import future.keywords.not\np if { ${'not { '.repeat(10_000)}x ${'}'.repeat(10_000)} }`,
    outcome: DEEP,
    row: 3,
  },
  comprehensions: { source: `${head}p := ${'[x | x := '.repeat(10_000)}1${']'.repeat(10_000)}`, outcome: DEEP, row: 2 },
  'comprehensions within the limit': {
    source: `${head}p := ${'[x | x := '.repeat(100)}1${']'.repeat(100)}`,
    outcome: 'compiles',
    options: p,
  },
  'template strings': { source: `${head}p := ${'$"{'.repeat(5_000)}1${'}"'.repeat(5_000)}`, outcome: DEEP, row: 2 },
  'a sum': { source: `${head}p := ${list(20_000, () => '1', '+')}`, outcome: DEEP, row: 2 },
  'a long reference': { source: `${head}p := input${'.a'.repeat(20_000)}`, outcome: 'compiles', options: p },
  'a long reference of variables': {
    source: `${head}p := input${'[_]'.repeat(20_000)}`,
    outcome: COMPLEX,
    row: 2,
    options: p,
  },
  'a long package path': {
    source: `package a${'.b'.repeat(10_000)}\np := 1`,
    outcome: COMPLEX,
    row: 1,
    options: { entrypoints: ['a'] },
  },
  'a long rule reference': { source: `${head}p${'.b'.repeat(10_000)} := 1`, outcome: COMPLEX, options: p },
  'else branches': {
    source: `${head}p := 0 if input.x == 0 ${list(2_000, (i) => `else := ${i} if input.x == ${i}\n`)}`,
    outcome: DEEP,
  },
  'many with': {
    source: `${head}p if { q ${list(1_000, (i) => `with input.a${i} as ${i} `)} }\nq if input.x`,
    outcome: 'compiles',
    options: p,
  },
  'with in with': {
    source: `${head}p0 if input.x\n${list(1_000, (i) => `p${i + 1} if p${i} with input.a${i} as ${i}\n`)}`,
    outcome: 'compiles',
    options: { entrypoints: ['a/p1000'] },
  },
  'long names': {
    source: `${head}${'x'.repeat(1_000_000)} := input.${'y'.repeat(1_000_000)}`,
    outcome: 'compiles',
    options: { entrypoints: ['a'] },
  },
  'a long number': { source: `${head}p := ${'9'.repeat(1_000_000)}`, outcome: /number too big/, row: 2 },
  'a huge number': { source: `${head}p := 1e999999999`, outcome: /number too big/, row: 2 },
  'deep metadata': { source: `${head}# METADATA\n# custom: ${'['.repeat(20_000)}\np := 1`, outcome: /yaml/, row: 3 },
  'packages that import each other': {
    source: ['package a\nimport data.b\np := b.q', 'package b\nimport data.a\nq := a.r'],
    outcome: 'compiles',
    options: p,
  },
  'a cycle through imports': {
    source: ['package a\nimport data.b\np := b.q', 'package b\nimport data.a\nq := a.p'],
    outcome: /rule data\.a\.p is recursive: data\.a\.p -> data\.b\.q -> data\.a\.p/,
    row: 3,
  },
  'recursion through data': { source: `${head}p := data[x] if x := "a"`, outcome: /is recursive/, row: 2 },
  'the same module twice': { source: [`${head}p := 1`, `${head}p := 1`], outcome: 'compiles', options: p },
  'the same default twice': {
    source: [`${head}default p := 1`, `${head}default p := 1`],
    outcome: /multiple default rules data\.a\.p found/,
  },
  'an unknown built-in': { source: `${head}p := foo.bar(1)`, outcome: /undefined function foo\.bar/, row: 2 },
  'an entry point that is nowhere': {
    source: `${head}p := 1`,
    outcome: /^entrypoint "a\/x" does not refer to a rule or policy decision$/,
    options: { entrypoints: ['a/x'] },
  },
  'an entry point with an empty part': {
    source: `${head}p := 1`,
    outcome: /^entrypoint "a\/\/p" does not refer/,
    options: { entrypoints: ['a//p'] },
  },
  'an entry point in a package without rules': {
    source: 'package a.b',
    outcome: /^entrypoint "a\/b" does not refer/,
    options: { entrypoints: ['a/b'] },
  },
  'an entry point that is a function': {
    source: `${head}f(x) := x`,
    outcome: /^function data\.a\.f used as reference, not called$/,
    options: { entrypoints: ['a/f'] },
  },
  'an entry point beyond a value': {
    source: `${head}p := 1`,
    outcome: /undefined ref: data\.a\.p\.q/,
    options: { entrypoints: ['a/p/q'] },
  },
  'an entry point within a partial object': {
    source: `${head}p[x] := 1 if some x in input`,
    outcome: 'compiles',
    options: { entrypoints: ['a/p/k'] },
  },
  'no entry point': { source: `${head}p := 1`, outcome: 'compiles' },
  'a query that does not parse': {
    source: `${head}p := 1`,
    outcome: /unexpected eq token/,
    row: 1,
    options: { queries: [{ name: 'q', text: 'data.a.p ===' }] },
  },
  'an empty query': {
    source: `${head}p := 1`,
    outcome: /cannot evaluate empty query/,
    options: { queries: [{ name: 'q', text: ' ' }] },
  },
  'a query in a faulty package': {
    source: `${head}p := 1`,
    outcome: /unexpected eof token/,
    options: { queries: [{ name: 'q', text: 'p = x', package: 'a\nimport' }] },
  },
  'data in the place of a rule': {
    source: `${head}p := 1`,
    outcome: /^conflicting rule for data path a\/p found$/,
    row: 2,
    options: { data: parseJson('{"a": {"p": null}}') },
  },
  'data beside a rule': {
    source: `${head}p := 1`,
    outcome: 'compiles',
    options: { ...p, data: parseJson('{"a": {"q": 1}, "b": {"p": 1}}') },
  },
  'data that a package lies in': {
    source: `package a.b\np := 1`,
    outcome: 'compiles',
    options: { data: parseJson('{"a": 1}') },
  },
};

function run(one: Case): ReturnType<typeof compile> {
  const { source } = one;
  const texts = typeof source === 'string' || source instanceof Uint8Array ? [source] : source;
  return compile(
    texts.map((text, i) => ({ file: `${i}.rego`, text })),
    one.options,
  );
}

describe('compiling', () => {
  test.each(Object.keys(CASES))('%s', (name) => {
    const one = CASES[name]!;
    const { wasm, diagnostics } = run(one);
    const [first] = diagnostics;
    if (one.outcome === 'compiles') {
      expect(first?.message).toBeUndefined();
      loadSync(wasm!);
      return;
    }
    expect(wasm).toBeUndefined();
    expect(first?.message).toMatch(one.outcome);
    if (one.row !== undefined) expect(first?.loc.row).toBe(one.row);
  });

  // What takes quadratic time does not end within a test's time limit.
  test('takes time in proportion to the text', () => {
    const growing: readonly ((n: number) => string)[] = [
      (n) => head + list(n, (i) => `p if { input.x == ${i}; input.y }\n`),
      (n) => `${head}p := {${list(n, (i) => `"k${i}": ${i}`, ',')}}`,
      (n) => head + list(n, (i) => `p${i} if p${i + 1}\n`) + `p${n} := 1\np := p0`,
    ];
    for (const make of growing) expect(compile([{ file: 'f', text: make(20_000) }], p).diagnostics).toEqual([]);
  });
});

describe('capabilities', () => {
  const messages = (text: string, json: unknown): readonly string[] => {
    const read = readCapabilities(json);
    if (read.faults !== undefined) return read.faults;
    const { capabilities } = read;
    return compile([{ file: 'f', text: head + text }], { capabilities }).diagnostics.map(({ message }) => message);
  };
  const v1 = { builtins: [], features: ['rego_v1'] };
  const number = { type: 'number' };
  const plus = { name: 'plus', infix: '+', decl: { type: 'function', args: [number, number], result: number } };

  test.each<[string, string, unknown, readonly (string | RegExp)[]]>([
    ['an operator left out', 'p if 1 + 1 > 1', v1, ['undefined function plus', 'undefined function gt']],
    ['one of two left out', 'p if 1 + 1 > 1', { ...v1, builtins: [plus] }, ['undefined function gt']],
    ['all that is used', 'p := 1 + 1', { ...v1, builtins: [plus] }, []],
    ['types as declared', 'p := 1 + "a"', { ...v1, builtins: [plus] }, ['plus: invalid argument(s)']],
    [
      'a keyword left out',
      'import future.keywords.not\np := 1',
      v1,
      ['unexpected keyword, must be one of [contains every if in]'],
    ],
    ['a keyword in a reference', 'p := input.if.x', v1, [/^unexpected if keyword: expected identifier/]],
    ['a keyword that v1 has', 'import future.keywords.if\np if input.x', v1, []],
    ['template strings', 'p := $"{1}"', v1, ['template strings are not supported by current capabilities']],
    ['Rego v1', 'p := 1', { builtins: [] }, ['illegal capabilities: rego_v1 feature required for parsing v1 Rego']],
    [
      'an unknown keyword',
      'p := 1',
      { ...v1, future_keywords: ['foo'] },
      ['illegal capabilities: unknown keyword: foo'],
    ],
    ['no list', 'p := 1', { builtins: 3 }, ['builtins: must be an array']],
    ['no object', 'p := 1', [], ['capabilities: must be an object']],
    ['a built-in without a type', 'p := 1', { builtins: [{ name: 'x' }] }, [/builtins\[0\]/]],
  ])('%s', (_, text, json, expected) => {
    const found = messages(text, json);
    expected.forEach((want, i) => expect(found[i]).toMatch(want instanceof RegExp ? want : new RegExp(escape(want))));
    expect(found.length > 0).toBe(expected.length > 0);
  });
});

function escape(text: string): string {
  return text.replace(/[[\]().*+?^$|\\]/g, '\\$&');
}
