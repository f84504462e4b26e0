// What differs between two bundles: by rule and document, not by file.
import { describe, expect, test } from '@jest/globals';
import { readBundle } from '../../bundles/bundle.ts';
import { type BundleDiff, diffBundles, isEmptyDiff } from '../../bundles/diff.ts';
import { toJs } from '../../engine/value/json.ts';
import { bytes } from './opa.ts';

type Files = Readonly<Record<string, string>>;
const NONE = { added: [], removed: [], changed: [] };

function diff(before: Files, after: Files): BundleDiff {
  const read = (files: Files): ReturnType<typeof readBundle> =>
    readBundle(Object.entries(files).map(([name, text]) => ({ name: `/${name}`, content: bytes(text) })));
  return diffBundles(read(before), read(after));
}

const rules = (before: string, after: string): BundleDiff['rules'] =>
  diff({ 'p.rego': before }, { 'p.rego': after }).rules;

describe('rules', () => {
  test('layout, comments, order and files count for nothing', () => {
    const before = { 'p.rego': 'package p\n\n# why\nx if input.a\n\nx if input.b\n\ny := 1\n' };
    const after = {
      'q/q.rego': 'package p\n\nx if {\n\tinput.b\n}\n',
      'r.rego': 'package p\n\ny := 1\n\nx if input.a # here\n',
    };
    const found = diff(before, after);
    expect([found.rules, isEmptyDiff(found)]).toEqual([NONE, true]);
  });

  test.each([
    ['a body', 'x if input.a', 'x if input.b', only('changed', 'data.p.x')],
    ['one more', 'x if input.a', 'x if input.a\n\nx if input.b', only('changed', 'data.p.x')],
    ['a default', 'default x := false\n\nx if input.a', 'x if input.a', only('changed', 'data.p.x')],
    ['a new one', 'x := 1', 'x := 1\n\ny := 1', only('added', 'data.p.y')],
    ['one less', 'x := 1\n\ny := 1', 'y := 1', only('removed', 'data.p.x')],
    [
      'a longer reference',
      'a.b[c] := 1 if some c in input',
      'a.b[c] := 2 if some c in input',
      only('changed', 'data.p.a.b'),
    ],
    [
      'an import that is used',
      'import data.a as d\n\nx if d.y\n\nz := 1',
      'import data.b as d\n\nx if d.y\n\nz := 1',
      only('changed', 'data.p.x'),
    ],
    ['an annotation', '# METADATA\n# title: A\nx := 1', '# METADATA\n# title: B\nx := 1', only('changed', 'data.p.x')],
    ['an else branch', 'x := 1 if input.a\n\nelse := 2', 'x := 1 if input.a\n\nelse := 3', only('changed', 'data.p.x')],
  ])('%s', (_, before, after, expected) => {
    expect(rules(`package p\n\n${before}\n`, `package p\n\n${after}\n`)).toEqual(expected);
  });

  test('another version of Rego is another rule', () => {
    const text = 'package p\n\nx := input.a\n';
    const found = diff(
      { 'p.rego': text, '.manifest': '{"rego_version": 0}' },
      { 'p.rego': text, '.manifest': '{"rego_version": 1}' },
    );
    expect(found.rules.changed).toEqual(['data.p.x']);
  });
});

test('data by key, anything but objects whole', () => {
  const before = { 'data.json': '{"a": {"b": 1, "c/d": [1]}, "e": 12345678901234567890}' };
  const after = {
    'data.json': '{"a": {"b": 1.0, "c/d": [1, 2]}, "e": 12345678901234567891}',
    'f/data.json': '{"g": null}',
  };
  const { data } = diff(before, after);
  expect(data.changed.map(({ path }) => path)).toEqual(['/a/c~1d', '/e']);
  expect(data.added.map(({ path, after: value }) => [path, toJs(value!)])).toEqual([['/f', { g: null }]]);
});

test('entry points, roots and revision', () => {
  const annotated = '# METADATA\n# entrypoint: true\n';
  const found = diff(
    { 'p.rego': `package p\n\n${annotated}x := 1\n\ny := 1\n`, '.manifest': '{"revision": "1", "roots": ["p"]}' },
    { 'p.rego': `package p\n\nx := 1\n\n${annotated}y := 1\n`, '.manifest': '{"revision": "2", "roots": ["p", "q"]}' },
  );
  expect([found.revision, found.roots, found.entrypoints]).toEqual([
    { before: '1', after: '2' },
    only('added', 'q'),
    { added: ['p/y'], removed: ['p/x'], changed: [] },
  ]);
});

test('Rego that does not parse', () => {
  expect(() => rules('package p\n', 'package p\n\nx :=\n')).toThrow('rego_parse_error');
});

function only(kind: keyof typeof NONE, name: string): BundleDiff['rules'] {
  return { ...NONE, [kind]: [name] };
}
