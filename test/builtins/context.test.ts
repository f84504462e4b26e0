// Built-ins whose results hang on the evaluation: the clock, randomness, what is printed, names looked up.
import { describe, expect, test } from '@jest/globals';
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import type { BuiltinContext } from '../../engine/host/builtin.ts';
import { parseRego } from '../../engine/value/rego-text.ts';
import { RegoNumber } from '../../engine/value/value.ts';
import type { Value } from '../../engine/value/value.ts';
import { testContext } from './run-case.ts';

function call(context: BuiltinContext, name: string, ...args: readonly string[]): Value | undefined {
  return HOST_BUILTINS[name]!(context, ...args.map((text) => parseRego(text)));
}

test('time.now_ns is the evaluation’s clock', () => {
  expect(call(testContext(), 'time.now_ns')).toEqual(new RegoNumber('1700000000123456789'));
});

describe('uuid.rfc4122', () => {
  test('is a version 4 UUID, the same for the same key', () => {
    const context = testContext();
    const first = call(context, 'uuid.rfc4122', '"a"');
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(call(context, 'uuid.rfc4122', '"a"')).toBe(first);
    expect(call(context, 'uuid.rfc4122', '["a"]')).not.toBe(first);
    expect(call(context, 'uuid.parse', JSON.stringify(first))).toEqual(
      parseRego('{"variant": "RFC4122", "version": 4}'),
    );
  });
});

describe('rand.intn', () => {
  test('is in range, the same for the same key and bound', () => {
    const context = testContext();
    for (const bound of [1, 2, 7, 1000, -1000]) {
      for (let key = 0; key < 20; key++) {
        const number = call(context, 'rand.intn', `"${key}"`, String(bound)) as number;
        expect(number).toBeGreaterThanOrEqual(0);
        expect(number).toBeLessThan(Math.abs(bound));
        expect(call(context, 'rand.intn', `"${key}"`, String(bound))).toBe(number);
      }
    }
  });
});

describe('internal.print', () => {
  test.each([
    ['["a", 1, {"b"}, {["c", null]}]', ['a 1 b ["c", null]']],
    ['[set(), {set()}]', ['<undefined> set()']],
    ['[{1, 2}, {"x", "y"}]', ['1 x', '1 y', '2 x', '2 y']],
    ['[]', ['']],
  ])('%s', (operands, wanted) => {
    const lines: string[] = [];
    expect(call(testContext(lines), 'internal.print', operands)).toBe(true);
    expect(lines).toEqual(wanted);
  });

  test('refuses operands that are no sets', () => {
    expect(() => call(testContext(), 'internal.print', '[[1]]')).toThrow('illegal argument type: array');
  });
});

test.each([
  ['["a ", {1}, {"b"}, set(), {["x"]}, {null}]', 'a 1b<undefined>["x"]null'],
  ['[]', ''],
  ['["a", 1.5, true]', 'a1.5true'],
])('internal.template_string %s', (parts, text) => {
  expect(call(testContext(), 'internal.template_string', parts)).toBe(text);
});

describe('net.lookup_ip_addr', () => {
  test('is off unless the host allows it', () => {
    expect(() => call(testContext(), 'net.lookup_ip_addr', '"example.com"')).toThrow('not allowed');
    expect(call(testContext(), 'net.lookup_ip_addr', '"localhost"')).toEqual(parseRego('{"127.0.0.1", "::1"}'));
  });

  test('asks once in an evaluation', () => {
    const asked: string[] = [];
    const lookup = (name: string): readonly string[] => {
      asked.push(name);
      return ['192.0.2.2', '192.0.2.1', '192.0.2.1'];
    };
    const context: BuiltinContext = { ...testContext(), lookup };
    expect(call(context, 'net.lookup_ip_addr', '"example.com"')).toEqual(parseRego('{"192.0.2.1", "192.0.2.2"}'));
    call(context, 'net.lookup_ip_addr', '"example.com"');
    expect(asked).toEqual(['example.com']);
  });
});

test('trace and the mark of test cases are true', () => {
  expect(call(testContext(), 'trace', '"note"')).toBe(true);
  expect(call(testContext(), 'internal.test_case', '["note"]')).toBe(true);
});
