// Whatever comes in, the parser answers with a module or with diagnostics, soon, and never throws.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RegoVersion } from '../../engine/ast/nodes.ts';
import { walk } from '../../engine/ast/walk.ts';
import { moduleToOpaJson } from '../../engine/syntax/opa-json.ts';
import { parseModule, parseQuery, parseTerm } from '../../engine/syntax/parse.ts';
import { printModule } from '../../engine/syntax/print.ts';
import { caseNames, readCase } from './golden.ts';

const WORDS = [
  ...[
    'package',
    'import',
    'default',
    'else',
    'if',
    'contains',
    'not',
    'some',
    'every',
    'in',
    'with',
    'as',
    'and',
    'or',
  ],
  ...[
    'data',
    'input',
    'future.keywords.and',
    'rego.v1',
    'set()',
    'x',
    '_',
    'f(',
    '1',
    '-',
    '.5',
    '1e',
    '"',
    '`',
    '$"',
    '$`',
  ],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ':',
    ':=',
    '=',
    '==',
    '|',
    '&',
    '+',
    ';',
    '.',
    '#',
    '# METADATA\n# a: b\n',
    '\n',
    ' ',
  ],
  ...['\\', '\\u', '\0', '\ufeff', '\ud800', 'é', '\t', '\r\n', 'true', 'null', 'every x in y {', '{x |'],
];

function accept(source: string | Uint8Array, version: RegoVersion): void {
  const { module, diagnostics } = parseModule(source, { file: 'f', version });
  expect(module === undefined).toBe(diagnostics.length > 0);
  for (const { message, loc } of diagnostics) {
    expect(message).not.toBe('');
    expect(loc.end).toBeGreaterThanOrEqual(loc.offset);
  }
  parseQuery(source, { file: 'f', version });
  parseTerm(source);
}

describe('any text', () => {
  const version = fc.constantFrom<RegoVersion>('v0', 'v1');
  test('of words', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }),
        fc.constantFrom('', ' '),
        version,
        (words, gap, v) => accept(`package a\n${words.join(gap)}`, v),
      ),
      { numRuns: 200 },
    );
  });
  test('of characters', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), version, accept), { numRuns: 200 });
  });
  test('of bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), version, accept), { numRuns: 200 });
  });
  test('made of a good file by a few cuts', () => {
    const sources = caseNames('modules').map((name) => new TextDecoder().decode(readCase('modules', name)));
    const cut = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(8), fc.constantFrom('', ...WORDS));
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(cut, { minLength: 1, maxLength: 3 }), (source, cuts) => {
        let text = source;
        for (const [where, length, word] of cuts) {
          const at = Math.floor(where * text.length);
          text = text.slice(0, at) + word + text.slice(at + length);
        }
        accept(text, 'v1');
      }),
      { numRuns: 200 },
    );
  });
});

/** Files that grow in one way; `n` is how far. */
const GROWING: Readonly<Record<string, (n: number) => string>> = {
  brackets: (n) => `package a\np := ${'['.repeat(n)}`,
  'closed brackets': (n) => `package a\np := ${'['.repeat(n)}${']'.repeat(n)}`,
  braces: (n) => `package a\np if ${'{ '.repeat(n)}`,
  parentheses: (n) => `package a\np := ${'('.repeat(n)}1${')'.repeat(n)}`,
  comprehensions: (n) => `package a\np := ${'[x | '.repeat(n)}`,
  'sets of comprehensions': (n) => `package a\np := ${'{x | {y: '.repeat(n)}`,
  objects: (n) => `package a\np := ${'{"a": '.repeat(n)}`,
  calls: (n) => `package a\np := ${'f('.repeat(n)}`,
  references: (n) => `package a\np := ${'x['.repeat(n)}`,
  'long references': (n) => `package a\np := x${'.a'.repeat(n)}`,
  'calls of calls': (n) => `package a\np := f(1)${'.a(1)'.repeat(n)}`,
  sums: (n) => `package a\np := 1${' + 1'.repeat(n)}`,
  unions: (n) => `package a\np if { x${' | x'.repeat(n)} }`,
  'every in every': (n) => `package a\np if { ${'every x in y { '.repeat(n)}`,
  'else chains': (n) => `package a\np := 1 if { x }${' else := 2 if { x }'.repeat(n)}`,
  'template strings': (n) => `package a\np := ${'$"{'.repeat(n)}`,
  'groups of and': (n) => `package a\nimport future.keywords.and\np if { ${'({ a and '.repeat(n)}`,
  'bodies of or': (n) => `package a\nimport future.keywords.or\np if ${'{ a or '.repeat(n)}`,
  'some in v0 style': (n) => `package a\np { ${'some [x | '.repeat(n)}`,
  'faulty rules': (n) => `package a\n${'p := [\n'.repeat(n)}`,
  rules: (n) => `package a\n${'p := 1\n'.repeat(n)}`,
  set: (n) => `package a\np := {${Array.from({ length: n }, (_, i) => i).join()}}`,
  comments: (n) => `package a\n${'# x\n'.repeat(n)}`,
  metadata: (n) => `package a\n${'# METADATA\n# title: x\np := 1\n'.repeat(n / 20)}`,
  'open string': (n) => `package a\np := "${'x'.repeat(n)}`,
  'open raw string': (n) => `package a\np := \`${'x\n'.repeat(n)}`,
  NUL: (n) => `package a\n${'\0'.repeat(n)}`,
  digits: (n) => `package a\np := ${'1'.repeat(n)}`,
  'line breaks': (n) => `package a\np :=${'\n'.repeat(n)}`,
};

describe('growing files', () => {
  test.each(Object.keys(GROWING))('%s', (name) => {
    const make = GROWING[name]!;
    // What takes quadratic time does not end within a test's time limit.
    const { module, diagnostics } = parseModule(make(100_000), {
      file: 'f',
      version: name.endsWith('v0 style') ? 'v0' : 'v1',
    });
    expect(module === undefined).toBe(diagnostics.length > 0);
  });

  test('nesting beyond the limit is one message in the words of OPA', () => {
    const { diagnostics } = parseModule(GROWING['closed brackets']!(10_000), { file: 'f' });
    expect(diagnostics[0]?.message).toBe('max parsing recursion depth exceeded');
  });

  test('the tallest trees that are let through can be walked and printed', () => {
    const sum = (inner: string, n: number): string => inner + ' + 1'.repeat(n);
    let nested = 'x';
    for (let i = 0; i < 100; i++) nested = `[${sum(nested, 200)}][0]`;
    const sources = [nested, sum('x', 990), `f(1)${'.a(1)'.repeat(450)}`, '['.repeat(450) + ']'.repeat(450)];
    for (const source of sources) {
      const { module } = parseModule(`package a\np := ${source}`, { file: 'f' });
      if (module === undefined) continue;
      walk(module, () => true);
      moduleToOpaJson(module);
      expect(parseModule(printModule(module), { file: 'f' }).diagnostics).toEqual([]);
    }
  });
});
