// Paths of masks: what they find, and what is no path.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JSONPath } from 'jsonpath-plus';
import { parseJsonPath } from '../../proxy/mask/json-path.ts';
import { editAll } from '../../proxy/mask/walk.ts';
import { parseStrict, type Json } from '../../proxy/request/strict-json.ts';

const DOCUMENT = '{"a":{"b":[1,{"b":2},3]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}';

function redact(path: string): string {
  return JSON.stringify(editAll(parseStrict(DOCUMENT), [parseJsonPath(path)], () => 'X'));
}

function remove(path: string): string | undefined {
  return JSON.stringify(editAll(parseStrict(DOCUMENT), [parseJsonPath(path)], () => undefined));
}

describe('finding', () => {
  test.each([
    ['$', '"X"'],
    ['$.a', '{"a":"X","c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ['$.a.b[1].b', '{"a":{"b":[1,{"b":"X"},3]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ["$['c d']['b']", '{"a":{"b":[1,{"b":2},3]},"c d":{"b":"X"},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ['$["list"][-1]', '{"a":{"b":[1,{"b":2},3]},"c d":{"b":null},"list":[{"x":1},"X"],"n":12345678901234567890}'],
    ['$.list[*].x', '{"a":{"b":[1,{"b":2},3]},"c d":{"b":null},"list":[{"x":"X"},{"x":"X"}],"n":12345678901234567890}'],
    ['$..b', '{"a":{"b":"X"},"c d":{"b":"X"},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    [
      '$..list[*].x',
      '{"a":{"b":[1,{"b":2},3]},"c d":{"b":null},"list":[{"x":"X"},{"x":"X"}],"n":12345678901234567890}',
    ],
    ['$.*', '{"a":"X","c d":"X","list":"X","n":"X"}'],
    [
      '$.list[0, 1].x',
      '{"a":{"b":[1,{"b":2},3]},"c d":{"b":null},"list":[{"x":"X"},{"x":"X"}],"n":12345678901234567890}',
    ],
    ['$.a.b[1:]', '{"a":{"b":[1,"X","X"]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ['$.a.b[::2]', '{"a":{"b":["X",{"b":2},"X"]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    [
      '$.a.b[-2:-1].b',
      '{"a":{"b":[1,{"b":"X"},3]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}',
    ],
    ["$['a','c d']", '{"a":"X","c d":"X","list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ['$["c\\u0020d"]', '{"a":{"b":[1,{"b":2},3]},"c d":"X","list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ['$..a..b', '{"a":{"b":"X"},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}'],
    ['$.n.x', DOCUMENT],
    ['$.missing', DOCUMENT],
    ['$.a[0]', DOCUMENT],
    ['$.list.length', DOCUMENT],
  ])('%s', (path, edited) => expect(redact(path)).toBe(edited));

  test('removing', () => {
    expect(remove('$.a.b[*]')).toBe(
      '{"a":{"b":[]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}',
    );
    expect(remove('$..b')).toBe('{"a":{},"c d":{},"list":[{"x":1},{"x":2}],"n":12345678901234567890}');
    expect(remove('$')).toBeUndefined();
  });

  test('nothing inherited', () => {
    let count = 0;
    editAll(parseStrict('{"a":{}}'), [parseJsonPath('$..constructor')], () => (count++, undefined));
    expect(count).toBe(0);
  });
});

describe('no paths', () => {
  test.each([
    '',
    'a',
    '.a',
    '$.',
    '$..',
    '$...a',
    '$.a.',
    '$[',
    '$[]',
    '$[a]',
    '$[0',
    "$['a]",
    '$[?(@.a)]',
    '$[(@.length-1)]',
    '$[0,]',
    '$[0:2:0]',
    '$[::-1]',
    '$[01]',
    '$[-0]',
    '$["a\\x"]',
    '$["a\n"]',
    '$.a b',
    '$.1',
    '$ .a',
    '$a',
    '$[*',
    '$.a[0]x',
  ])('%j', (path) => expect(() => parseJsonPath(path)).toThrow('is not understood'));
  test('a very long one', () => expect(() => parseJsonPath(`$${'.a'.repeat(300)}`)).toThrow('is not understood'));
});

describe('texts that hold JSON', () => {
  const redactIn = (value: unknown, path: string): unknown =>
    JSON.parse(JSON.stringify(editAll(parseStrict(JSON.stringify(value)), [parseJsonPath(path)], () => 'X')));

  test('are walked into, and written anew only when something changed', () => {
    const text = '{"a": 1, "b": [ 2 ]}';
    expect(redactIn({ text }, '$..a')).toEqual({ text: '{"a":"X","b":[2]}' });
    expect(redactIn({ text }, '$.text.b[0]')).toEqual({ text: '{"a":1,"b":["X"]}' });
    expect(redactIn({ text }, '$..c')).toEqual({ text });
    expect(redactIn({ text }, '$.text')).toEqual({ text: 'X' });
  });
  test('at any depth', () => {
    let value: unknown = { secret: 1 };
    for (let i = 0; i < 4; i++) value = { text: JSON.stringify(value) };
    expect(JSON.stringify(redactIn(value, '$..secret'))).toMatch(/secret\\+":\\+"X/);
    for (let i = 0; i < 5; i++) value = { text: JSON.stringify(value) };
    expect(() => redactIn(value, '$..secret')).toThrow('texts within texts');
  });
  test('prose with brackets is no JSON', () => {
    for (const text of ['[INFO] done', '{name}', '[1]', '{}']) expect(redactIn({ text }, '$..a')).toEqual({ text });
  });
  test.each(['{"a":1,"a":2}', '{"a":1', '{"a":1} {"a":2}', '[{"a":1},]'])('%s is not maskable', (text) =>
    expect(() => redactIn({ text }, '$..a')).toThrow('looks like JSON'),
  );
});

test('many descents take linear time', () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, nest: { a: { b: { c: 1 } } } }));
  const document = parseStrict(JSON.stringify({ rows }));
  const path = parseJsonPath(`$${'..*'.repeat(12)}..nothing`);
  // What is not linear does not end within the test's time.
  let count = 0;
  editAll(document, [path], (value) => (count++, value));
  expect(count).toBe(0);
});

test("paths select what another reader's do", () => {
  const names = fc.constantFrom('a', 'b', 'c d', 'é');
  const document = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.integer(),
      fc.dictionary(names, tie('value'), { maxKeys: 3 }),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  const bracket = names.map((name) => `['${name}']`);
  const segment = fc.oneof(
    bracket,
    bracket.map((text) => `..${text}`),
    fc.constantFrom('[*]', '[0]', '[1]', '[0:2]', '[-1:]', '[::2]', '..*', "['a','b']", '[0,1]'),
  );
  const found = fc.array(segment, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.dictionary(names, document, { minKeys: 1, maxKeys: 3 }), found, (value, segments) => {
      const path = `$${segments.join('')}`;
      const all = JSONPath({ path, json: value, eval: false, resultType: 'value' }) as unknown[];
      // It may find a value more than once; ours is edited once.
      const expected = new Set(all.filter((each) => typeof each === 'object'));
      const ours = new Set<unknown>();
      editAll(strict(value), [parseJsonPath(path)], (each) => (ours.add(JSON.stringify(each)), each));
      const theirs = new Set([...expected].map((each) => JSON.stringify(each)));
      expect([...ours].filter((each) => /^[[{]/.test(String(each))).sort()).toEqual([...theirs].sort());
    }),
    { numRuns: 500 },
  );
});

function strict(value: unknown): Json {
  return parseStrict(JSON.stringify(value));
}
