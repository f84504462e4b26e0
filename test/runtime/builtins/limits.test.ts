// What no recorded answer shows: bytes that are no text, numbers in Go's odd forms, where OPA itself breaks down, and the
// bounds on time and memory.
import { describe, expect, test } from '@jest/globals';
import { runtimeHeapBase, runtimeWasm } from '../../../engine/wasm/runtime.gen.ts';
import { NativeBuiltins } from './native.ts';
import type { NestedCall } from './native.ts';

const native = new NativeBuiltins(runtimeWasm(), runtimeHeapBase);

function call(name: string, ...args: (string | NestedCall)[]): string {
  return native.call({ name, args });
}

const text = (value: string): string => JSON.stringify(value);

describe('strings of any bytes', () => {
  const bytes: NestedCall = { name: 'base64.decode', args: ['"w/9h/w=="'] };

  test.each([
    ['hex.encode', '= "c3ff61ff"'],
    ['base64.encode', '= "w/9h/w=="'],
    ['count', '= 4'],
    ['json.marshal', String.raw`= "\"\\ufffd\\ufffda\\ufffd\""`],
    ['upper', '= "\ufffd\ufffdA\ufffd"'],
    ['lower', '= "\ufffd\ufffda\ufffd"'],
  ])('%s', (name, outcome) => {
    expect(call(name, bytes)).toBe(outcome);
  });

  test('cut and put together, they stay what they are', () => {
    const parts: NestedCall = { name: 'split', args: [bytes, '""'] };
    expect(call('count', parts)).toBe('= 4');
    expect(call('hex.encode', { name: 'concat', args: ['""', parts] })).toBe('= "c3ff61ff"');
    expect(call('hex.encode', { name: 'substring', args: [bytes, '1', '2'] })).toBe('= "ff61"');
    expect(call('hex.encode', { name: 'strings.reverse', args: [bytes] })).toBe('= "ff61ffc3"');
    expect(call('hex.encode', { name: 'trim', args: [bytes, '"\ufffd"'] })).toBe('= "61"');
  });
});

describe('to_number', () => {
  test.each([
    ['+1', '1'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-007.50', '-7.5'],
    ['1_000.5_0e1_0', '10005000000000'],
    ['00', '0'],
  ])('%s', (given, number) => {
    const sum: NestedCall = { name: 'minus', args: [{ name: 'to_number', args: [text(given)] }, number] };
    expect(call('equal', sum, '0')).toBe('= true');
  });
});

describe('where the reference breaks down', () => {
  test('substring: a length beyond all bounds', () => {
    expect(call('substring', '"abc"', '1', '9223372036854775807')).toBe('= "bc"');
    expect(call('substring', '"héllo"', '2', '9223372036854775807')).toBe('= "llo"');
  });

  test('json.patch: the whole document taken away', () => {
    expect(call('json.patch', '{"a": 1}', '[{"op": "remove", "path": ""}]')).toBe('undefined');
    expect(
      call('json.patch', '{"a": 1}', '[{"op": "remove", "path": ""}, {"op": "add", "path": "", "value": 7}]'),
    ).toBe('= 7');
    expect(
      call('json.patch', '{"a": 1}', '[{"op": "remove", "path": ""}, {"op": "add", "path": "/b", "value": 7}]'),
    ).toBe('! eval_builtin_error: json.patch: nil value encountered where composite value was expected');
  });
});

describe('bounded time', () => {
  const long = 'a'.repeat(20000);

  test.each([
    ['glob.match', [text(`${'*a'.repeat(30)}b`), 'null', text(long)], '= false'],
    ['glob.match', [text('{a,aa}'.repeat(60)), 'null', text(`${'a'.repeat(100)}b`)], '= false'],
    ['glob.match', [text(`${'{'.repeat(2000)}a`), 'null', '"a"'], '= true'],
    ['regex.match', [text('(a+)+$'), text(`${'a'.repeat(50000)}b`)], '= false'],
    ['regex.match', [text('(a|a)*b'), text('a'.repeat(50000))], '= false'],
    ['regex.match', [text('(.*)(.*)(.*)(.*)(.*)x'), text('a'.repeat(50000))], '= false'],
    ['regex.match', [text('(a?){50}a{50}'), text('a'.repeat(50))], '= true'],
    ['regex.match', [text('(?:a{0,30}){0,30}x'), text('a'.repeat(10000))], '= false'],
    ['regex.match', [text('(?:){1000}(?:a|b|ab)*?$'), text('ab'.repeat(25000))], '= true'],
    ['regex.is_valid', [text('(((a{100}){100}){100})')], '= false'],
    ['regex.is_valid', [text('('.repeat(5000) + ')'.repeat(5000))], '= false'],
    ['regex.is_valid', [text('('.repeat(900) + ')'.repeat(900))], '= true'],
    ['regex.is_valid', [text('(?:a|'.repeat(900) + ')'.repeat(900))], '= true'],
    ['regex.is_valid', [text(`(?:${'x'.repeat(3400)}){1000}`)], '= false'],
    ['regex.is_valid', [text('(?i)[^x]'.repeat(2000))], '= true'],
    ['regex.is_valid', [text('a{1000}'.repeat(1000))], '= true'],
    ['contains', [text('ab'.repeat(200000)), text(`${'ab'.repeat(2000)}b`)], '= false'],
    ['strings.count', [text(long), text('aa')], '= 10000'],
    ['trim', [text(long), text(`${'é'.repeat(20000)}a`)], '= ""'],
    [
      'strings.replace_n',
      [`{${Array.from({ length: 1000 }, (_, i) => `"a${i}": "b"`).join(', ')}}`, text('a9'.repeat(3))],
      '= "bbb"',
    ],
  ])('%s', (name, args, outcome) => {
    expect(call(name, ...args)).toBe(outcome);
  });

  test('text search gives the right place whatever it does on the way', () => {
    // Needles with and without a period, in texts full of near misses.
    for (const needle of ['aab', 'abab', 'aabaab', 'abaabaa', 'bbbb', 'abcabcabd', 'aaaaaaab'].map((piece) =>
      piece.repeat(3),
    )) {
      for (const filler of ['a', 'ab', 'aab', 'abaab', needle.slice(0, -1)]) {
        const whole = filler.repeat(400) + needle + filler.repeat(10);
        expect(call('indexof', text(whole), text(needle))).toBe(`= ${whole.indexOf(needle)}`);
        expect(call('strings.count', text(whole), text(needle))).toBe(`= ${whole.split(needle).length - 1}`);
      }
    }
  });
});

describe('bounded memory and depth', () => {
  const deep = '['.repeat(9000) + ']'.repeat(9000);

  test.each([
    ['walk', [deep], 'nesting too deep'],
    ['json.marshal', [deep], 'nesting too deep'],
    ['numbers.range', ['1', '100000000000'], 'memory limit exceeded'],
    ['bits.lsh', ['1', '100000000'], 'shift too long'],
    ['format_int', ['1e100000', '2'], 'number too long to calculate with'],
  ])('%s ends in a clear abort', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(`aborted: ${message}`);
  });

  test('the next call is none the worse', () => {
    expect(() => call('walk', deep)).toThrow();
    expect(call('count', '[1, 2]')).toBe('= 2');
  });
});
