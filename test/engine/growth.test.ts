// Policies of unusual sizes compile, load and answer well within the default time limit of a test, in which anything that grows with
// the square of their size would not: each is ten times as large as what one would wait a second for then.
import { expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { loadSync } from '../../engine/host/load.ts';

const lines = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

interface Shape {
  readonly name: string;
  readonly modules: readonly string[];
  readonly input?: unknown;
  readonly wanted: unknown;
}

const one = (text: string): readonly string[] => [`package p\n${text}`];

const shapes: readonly Shape[] = [
  {
    name: '20,000 rules of one document, by an index',
    modules: one(lines(20_000, (i) => `q := ${i} if input.a == "x${i}"`)),
    input: { a: 'x19999' },
    wanted: 19_999,
  },
  {
    name: '10,000 rules of one document, without an index',
    modules: one(lines(10_000, (i) => `q if input.n > ${i + 5}`)),
    input: { n: 10_004 },
    wanted: true,
  },
  {
    name: '20,000 clauses of a function',
    modules: one(`${lines(20_000, (i) => `f("x${i}") := ${i}`)}\nq := f(input.a)`),
    input: { a: 'x12345' },
    wanted: 12_345,
  },
  {
    name: '16,000 documents below one name, all of them',
    modules: one(`${lines(16_000, (i) => `o.k${i} := ${i} if input.a == ${i}`)}\nq := o`),
    input: { a: 7 },
    wanted: { k7: 7 },
  },
  {
    name: '16,000 documents below one name, one of them',
    modules: one(`${lines(16_000, (i) => `o.k${i} := ${i}`)}\nq := o[input.a]`),
    input: { a: 'k15999' },
    wanted: 15_999,
  },
  {
    name: '6,000 rules, each reading the one before',
    modules: one(`r0 := 1\n${lines(5_999, (i) => `r${i + 1} := r${i}`)}\nq := [r1, count({r1, r2})]`),
    wanted: [1, 1],
  },
  {
    name: '2,000 packages',
    modules: [
      ...Array.from(
        { length: 2_000 },
        (_, i) => `package a.p${i}\nimport data.a.p${(i + 1) % 2_000} as next\nx := ${i}\ny := next.x`,
      ),
      'package p\nq := [data.a[input.a].y, count([1 | data.a[_].x > 1000])]',
    ],
    input: { a: 'p7' },
    wanted: [8, 999],
  },
  {
    name: 'a body of 5,000 lines',
    modules: one(`q if {\n${lines(5_000, (i) => `input.a${i} == ${i}`)}\n}`),
    input: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`a${i}`, i])),
    wanted: true,
  },
  {
    name: 'a literal of 50,000 entries',
    modules: one(`o := {\n${lines(50_000, (i) => `"k${i}": {"n": ${i}},`)}\n}\nq := o[input.a].n`),
    input: { a: 'k49999' },
    wanted: 49_999,
  },
  {
    name: 'a set of 40,000 members in a test',
    modules: one(`q if input.a in {\n${lines(40_000, (i) => `"v${i}",`)}\n}`),
    input: { a: 'v39999' },
    wanted: true,
  },
  {
    name: 'collections nested 400 deep',
    modules: one(`q := count(${'['.repeat(400)}1${']'.repeat(400)})`),
    wanted: 1,
  },
];

test.each(shapes)('$name', ({ modules, input, wanted }) => {
  const { wasm, diagnostics } = compile(
    modules.map((text, i) => ({ file: `${i}.rego`, text })),
    { entrypoints: ['p/q'] },
  );
  expect(diagnostics).toEqual([]);
  expect(loadSync(wasm!).evaluate('p/q', input)).toEqual(wanted);
});

test('the smallest policy makes a small module', () => {
  const text = 'package hello\n\ndefault allow := false\n\nallow if input.message == "world"\n';
  const { wasm } = compile([{ file: 'hello.rego', text }], { entrypoints: ['hello/allow'] });
  expect(wasm!.length).toBeLessThanOrEqual(15 * 1024);
});
