// Paths of masks: what they find, and what is no path.
import { describe, expect, test } from '@jest/globals';
import { editAt, parseJsonPath } from '../../proxy/mask/json-path.ts';
import { parseStrict } from '../../proxy/request/strict-json.ts';

const DOCUMENT = '{"a":{"b":[1,{"b":2},3]},"c d":{"b":null},"list":[{"x":1},{"x":2}],"n":12345678901234567890}';

function redact(path: string): string {
  return JSON.stringify(editAt(parseStrict(DOCUMENT), parseJsonPath(path), () => 'X').document);
}

function remove(path: string): string | undefined {
  return JSON.stringify(editAt(parseStrict(DOCUMENT), parseJsonPath(path), () => undefined).document);
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
    const { count } = editAt(parseStrict('{"a":{}}'), parseJsonPath('$..constructor'), () => undefined);
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
    '$[0,1]',
    '$[0:2]',
    '$.a b',
    '$.1',
    '$ .a',
    '$a',
    '$[*',
    '$.a[0]x',
  ])('%j', (path) => expect(() => parseJsonPath(path)).toThrow('is not understood'));
  test('a very long one', () => expect(() => parseJsonPath(`$${'.a'.repeat(300)}`)).toThrow('is not understood'));
});
