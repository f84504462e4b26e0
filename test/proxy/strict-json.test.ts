// JSON that two readers could understand differently, and JSON that is just fine.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { foldKey, parseStrict, StrictJsonError } from '../../proxy/request/strict-json.ts';

const print = (text: string): string => JSON.stringify(parseStrict(text));

describe('accepted', () => {
  test.each([
    ['null', 'null'],
    [' [ 1 , -0.5e+3 ,"a\\u0062\\n" ] ', '[1,-0.5e+3,"ab\\n"]'],
    ['{"__proto__":{"a":1},"constructor":2}', '{"__proto__":{"a":1},"constructor":2}'],
    ['{"a":{"b":1},"b":1}', '{"a":{"b":1},"b":1}'],
    ['[12345678901234567890,1.0,-0,1e400]', '[12345678901234567890,1.0,-0,1e400]'],
    ['"\\ud83d\\ude00"', '"😀"'],
  ])('%s', (text, printed) => expect(print(text)).toBe(printed));

  test('whatever JSON.stringify prints, but for keys alike', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        let printed: string;
        try {
          printed = print(text);
        } catch (error) {
          expect(String(error)).toMatch(/differ only in case|unpaired surrogate/);
          return;
        }
        expect(JSON.parse(printed)).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });
});

describe('refused', () => {
  test.each([
    ['', 'a value was expected'],
    ['\ufeff{}', 'a value was expected'],
    ['{"a":1,"a":2}', 'a duplicate key'],
    ['{"a":1,"\\u0061":2}', 'a duplicate key'],
    ['{"name":1,"NAME":2}', 'keys that differ only in case'],
    ['{"params":1,"param\u017f":2}', 'keys that differ only in case'],
    ['{"kind":1,"\u212aind":2}', 'keys that differ only in case'],
    ['[1,]', 'a value was expected'],
    ['{"a":1,}', 'a key was expected'],
    ['{a:1}', 'a key was expected'],
    ["['a']", 'a value was expected'],
    ['[01]', '"," or "]" was expected'],
    ['[1.]', '"," or "]" was expected'],
    ['[+1]', 'a value was expected'],
    ['[NaN]', 'a value was expected'],
    ['"a\nb"', 'a control character'],
    ['"a', 'an unterminated string'],
    ['"\\x41"', 'a faulty escape'],
    ['"\\u00g0"', 'a faulty escape'],
    ['"\\ud800"', 'an unpaired surrogate'],
    ['{} {}', 'text after the value'],
    ['// c\n1', 'a value was expected'],
    ['\u00a01', 'a value was expected'],
    ['['.repeat(300) + ']'.repeat(300), 'more than 200 levels'],
  ])('%s', (text, fault) => expect(() => parseStrict(text)).toThrow(fault));

  test('what JSON.parse refuses', () => {
    const text = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', '.', 'e', '\\', 'u', ' ', 'true'),
    });
    fc.assert(
      fc.property(text, (source) => {
        let accepted = true;
        try {
          parseStrict(source);
        } catch {
          accepted = false;
        }
        if (accepted) JSON.parse(source);
      }),
      { numRuns: 2000 },
    );
  });

  test('bytes that are no UTF-8', () =>
    expect(() => parseStrict(Uint8Array.of(0x22, 0xc0, 0xaf, 0x22))).toThrow('invalid UTF-8'));
});

test('keys fold as the most lenient readers do', () => {
  expect(['NAME', 'param\u017f', '\u212aind'].map(foldKey)).toEqual(['name', 'params', 'kind']);
});

test('what it accepts, JSON.parse accepts and understands alike; what JSON.parse refuses, it refuses', () => {
  const text = fc
    .tuple(
      fc.json({ maxDepth: 4 }),
      fc.nat(),
      fc.constantFrom('', '"', '\\', ',', '}', ']', '0', '1e5', '-', '.', ' ', '\n', '\u0001', ':', 'u'),
    )
    .map(([json, at, piece]) => json.slice(0, at % (json.length + 1)) + piece + json.slice(at % (json.length + 1)));
  fc.assert(
    fc.property(text, (source) => {
      let expected: unknown;
      try {
        expected = JSON.parse(source);
      } catch {
        expect(() => parseStrict(source)).toThrow(StrictJsonError);
        return;
      }
      let read: string;
      try {
        read = JSON.stringify(parseStrict(source));
      } catch (error) {
        // Ambiguities are what JSON.parse lets pass.
        expect(String(error)).toMatch(/duplicate key|differ only in case|unpaired surrogate/);
        return;
      }
      expect(JSON.parse(read)).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});

test('what was read before changes nothing about what is read next', () => {
  const key = fc.constantFrom('a', 'b', 'A', 'aB', 'ab', 'a":1,"b', '\\', 'é', '', '__proto__', 'k'.repeat(100));
  type Node = readonly (readonly [key: string, isEscaped: boolean, value: Node | number])[];
  const document = fc.letrec<{ node: Node; value: Node | number }>((tie) => ({
    node: fc.array(fc.tuple(key, fc.boolean(), tie('value')), { maxLength: 5 }),
    value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.nat(9), tie('node')),
  })).node;
  const escape = (text: string): string =>
    `"${[...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`;
  const write = (node: Node | number, isPlain: boolean): string =>
    typeof node === 'number'
      ? String(node)
      : `{${node.map(([name, isEscaped, value]) => `${isEscaped && !isPlain ? escape(name) : JSON.stringify(name)}:${write(value, isPlain)}`).join()}}`;
  const isClear = (node: Node | number): boolean =>
    typeof node === 'number' ||
    (new Set(node.map(([name]) => foldKey(name))).size === node.length && node.every(([, , value]) => isClear(value)));
  fc.assert(
    fc.property(document, (node) => {
      const text = write(node, false);
      if (isClear(node)) expect(print(text)).toBe(write(node, true));
      else expect(() => parseStrict(text)).toThrow(/a duplicate key|differ only in case/);
    }),
    { numRuns: 800 },
  );
});

test('more kinds of documents than are remembered', () => {
  for (let i = 0; i < 6000; i++) print(`{"key ${i}":{"a":1,"b":[{"c":${i}}]}}`);
  expect(print('{"key 1":{"a":1,"b":[]}}')).toBe('{"key 1":{"a":1,"b":[]}}');
  expect(() => print('{"key 1":{"a":1,"b":[],"a":1}}')).toThrow('a duplicate key');
  const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`K${i}`, i])));
  for (let i = 0; i < 2; i++) expect(print(wide)).toBe(wide);
  for (const again of ['k5', 'K999', 'k999'])
    expect(() => print(`${wide.slice(0, -1)},"${again}":0}`)).toThrow(/a duplicate key|differ only in case/);
});
