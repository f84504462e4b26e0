// Values as JSON and as Rego terms, there and back; order and equality.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareStrings, compareValues, equalValues, kindName } from '../../engine/value/compare.ts';
import { getElement, getKey, hasItem, makeObject, makeSet } from '../../engine/value/construct.ts';
import { printJson, fromJs, parseJson, toJs } from '../../engine/value/json.ts';
import { parseNumber } from '../../engine/value/number.ts';
import { dumpRego, parseRego, printTerm } from '../../engine/value/rego-text.ts';
import type { Value } from '../../engine/value/value.ts';

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }).map((integer) => parseNumber(String(integer))!),
    fc.string({ unit: 'grapheme' }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(tie('value'), { maxLength: 4 }).map(makeSet),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map(makeObject),
  ),
}));

describe('order', () => {
  test.each([
    '[null, false, true, -1, 0, 1.5, 12345678901234567890, "", "a", "b", [], [1], [1, 2], [2], {}, {"a": 1}, {"a": 2}, {"b": 0}, set(), {1}, {1, 2}, {2}]',
    '["\\uffff", "\u{10000}"]',
    '[{"a": 1, "c": 0}, {"a": 2, "b": 0}]',
  ])('%s is in order', (text) => {
    const list = parseRego(text) as readonly Value[];
    for (const [i, a] of list.entries()) {
      for (const [j, b] of list.entries()) expect(compareValues(a, b)).toBe(Math.sign(i - j));
    }
  });

  test('strings compare by code point', () => {
    const text = fc.string({ unit: 'binary', maxLength: 6 });
    const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compareStrings(a, b)).toBe(byCodePoint(a, b));
      }),
    );
  });

  test('a set or object does not depend on the order of its making', () => {
    fc.assert(
      fc.property(fc.array(anyValue, { maxLength: 5 }), (items) => {
        expect(equalValues(makeSet(items), makeSet(items.toReversed()))).toBe(true);
        expect(makeSet([...items, ...items]).items).toHaveLength(makeSet(items).items.length);
      }),
    );
  });
});

describe('Rego text', () => {
  test('reads back what it writes', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(compareValues(parseRego(dumpRego(value)), value)).toBe(0);
        expect(compareValues(parseRego(printTerm(value)), value)).toBe(0);
      }),
    );
  });

  test('is the text OPA prints', () => {
    expect(printTerm(parseRego('{[1,{"a"}]:{2,1},1:set(),"q":{},"\\u0001\\u007f\\u00a0\\u00e9":null}'))).toBe(
      '{1: set(), "\\x01\\x7f\\u00a0é": null, "q": {}, [1, {"a"}]: {1, 2}}',
    );
  });

  test.each([
    ['{1, 1.0, 2,}', '{1,2}'],
    ['set( )', 'set()'],
    ['{}', '{}'],
    ['{"a": 1, "a": 2}', '{"a":2}'],
    ['"\\x41\\u00e9\\U0001f600\\a"', '"Aé😀\\u0007"'],
  ])('%s', (text, dumped) => {
    expect(dumpRego(parseRego(text))).toBe(dumped);
  });

  test.each(['', '{1: 2, 3}', '{1, 2: 3}', '[1 2]', 'set(1)', '{', '01', 'nul', 'x'])('%j is no term', (text) => {
    expect(() => parseRego(text)).toThrow(SyntaxError);
  });
});

describe('JSON', () => {
  test('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        // JSON.stringify writes -0 as 0 too.
        expect(JSON.parse(printJson(fromJs(data)))).toEqual(JSON.parse(JSON.stringify(data)));
        expect(compareValues(parseJson(JSON.stringify(data)), fromJs(data))).toBe(0);
      }),
    );
  });

  test.each([
    ['{"b":1,"a":{"d":[],"c":{}},"b":2}', '{"a":{"c":{},"d":[]},"b":2}'],
    ['[12345678901234567890, 1e400, 0.10]', '[12345678901234567890,1e400,0.1]'],
    ['"\\ud800x"', '"\ufffdx"'],
    ['{"__proto__": 1}', '{"__proto__":1}'],
  ])('%s', (text, dumped) => {
    expect(printJson(parseJson(text))).toBe(dumped);
  });

  test('sets become arrays and keys text', () => {
    expect(printJson(parseRego('{[1,{"a"}]: {2,1}, 1: 2, null: 3, "x": "<&>"}'))).toBe(
      '{"1":2,"[1,[\\"a\\"]]":[1,2],"null":3,"x":"<&>"}',
    );
    expect(toJs(parseRego('{1: {2, 3}}'))).toEqual({ 1: [2, 3] });
  });

  test.each([
    ['{a}', "invalid character 'a' looking for beginning of object key string"],
    ['[1 2]', "invalid character '2' after array element"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['truf', "invalid character 'f' in literal true (expecting 'e')"],
    ['', 'unexpected end of JSON input'],
    ['1 2', "invalid character '2' after top-level value"],
  ])('%s fails as in Go', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });
});

test('elements by key', () => {
  const object = makeObject([
    ['b', 1],
    [parseRego('{1}'), 2],
    ['a', 3],
  ]);
  expect(getKey(object, parseRego('{1.0}'))).toBe(2);
  expect(getKey(object, 'c')).toBeUndefined();
  expect(hasItem(makeSet(['x', [1]]), [1])).toBe(true);
  expect(getElement(['x'], 0)).toBe('x');
  expect(getElement(['x'], '0')).toBeUndefined();
  expect(getElement('x', 0)).toBeUndefined();
  expect([null, true, 1, 's', [], object, makeSet([])].map(kindName)).toEqual([
    'null',
    'boolean',
    'number',
    'string',
    'array',
    'object',
    'set',
  ]);
});
