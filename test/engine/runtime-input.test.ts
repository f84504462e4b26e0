// Inputs that no one would send on purpose: an answer or an EvaluationError, never a trap, and the policy goes on.
import { beforeAll, describe, expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync, type Policy } from '../../engine/host/load.ts';

const SOURCE = `package a
echo := input
eq if input.x == input.y
less if input.x < input.y
walked := count([1 | walk(input, _)])
marshalled := json.marshal(input)
printed := sprintf("%v", [input])
as_yaml := yaml.marshal(input)
key := {input: 1}
keys := count({k | input[k]})
product := input * input
text := format_int(input, 10)
scoped := x if x := echo with input as {"a": input}
conflict := input.a
conflict := input.b
`;

const ENCODER = new TextEncoder();
const bytes = (text: string): Uint8Array => ENCODER.encode(text);
const nested = (n: number): string => '['.repeat(n) + ']'.repeat(n);

let wasm: Uint8Array;
let policy: Policy;

beforeAll(() => {
  const names = [...SOURCE.matchAll(/^(\w+) (?::=|if)/gm)].map(([, name]) => `a/${name}`);
  const compiled = compile([{ file: 'a.rego', text: SOURCE }], { entrypoints: [...new Set(names)] });
  expect(compiled.diagnostics).toEqual([]);
  wasm = compiled.wasm!;
  policy = loadSync(wasm);
});

/** The answer as text, or the code of the EvaluationError; anything else that is thrown is a failure. */
function ask(asked: Policy, entrypoint: string, input: Uint8Array): string {
  try {
    const result = asked.evaluateJson(entrypoint, input);
    return result === undefined ? 'undefined' : Buffer.from(result).toString();
  } catch (error) {
    if (error instanceof EvaluationError) return error.code;
    throw error;
  }
}

const HOSTILE: Readonly<Record<string, () => Uint8Array>> = {
  'no text': () => bytes(''),
  'bytes that are not UTF-8': () => new Uint8Array([0x22, 0xff, 0xc3, 0x22]),
  'a surrogate in UTF-8': () => new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'a cut character': () => new Uint8Array([0x22, 0xf0, 0x9f]),
  'a lone surrogate': () => bytes('"\\ud800"'),
  'NUL in a string': () => bytes('"a\\u0000b"'),
  'nesting of 1,400': () => bytes(nested(1_400)),
  'nesting of 9,999': () => bytes(nested(9_999)),
  'nesting of 100,000': () => bytes(nested(100_000)),
  'objects nested 9,000 deep': () => bytes('{"a":'.repeat(9_000) + '1' + '}'.repeat(9_000)),
  'two deep values': () => bytes(`{"x":${nested(9_990)},"y":${nested(9_990)},"a":${nested(9_990)},"b":1}`),
  'a huge number': () => bytes('1e999999999'),
  'a tiny number': () => bytes('1e-999999999'),
  'an endless exponent': () => bytes('1e99999999999999999999999'),
  'a number of 100,000 digits': () => bytes('9'.repeat(100_000)),
  'two values for one rule': () => bytes('{"a":1,"b":2}'),
};

describe('every rule on hostile input', () => {
  test.each(Object.keys(HOSTILE))('%s', (name) => {
    const input = HOSTILE[name]!();
    for (const entrypoint of policy.entrypoints) {
      const answer = ask(policy, entrypoint, input);
      expect(answer).not.toBe('eval_internal_error');
      // The same again, and as a policy answers that has seen nothing else.
      expect(ask(policy, entrypoint, input)).toBe(answer);
      expect(ask(loadSync(wasm), entrypoint, input)).toBe(answer);
      expect(policy.evaluate('a/echo', { ok: [1] })).toEqual({ ok: [1] });
    }
  });
});

test('nesting beyond the limit is refused by name', () => {
  expect(() => policy.evaluateJson('a/echo', bytes(nested(100_000)))).toThrow(
    expect.objectContaining({ name: 'EvaluationError', kind: 'limit' }),
  );
});

test('what a JavaScript value nests too deeply for JSON is an EvaluationError', () => {
  let deep: unknown = 1;
  for (let i = 0; i < 100_000; i++) deep = [deep];
  expect(() => policy.evaluate('a/echo', deep)).toThrow(EvaluationError);
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  expect(() => policy.evaluate('a/echo', cyclic)).toThrow(EvaluationError);
  expect(() => policy.evaluate('a/echo', 1n)).toThrow(EvaluationError);
  expect(() => policy.setData(cyclic)).toThrow(EvaluationError);
  policy.setData({});
  expect(policy.evaluate('a/echo', 1)).toBe(1);
});

describe('limits', () => {
  test('memory: a large input ends in an error, and the policy goes on', () => {
    const small = loadSync(wasm, { maxMemoryPages: 64 });
    const large = bytes(JSON.stringify(Array.from({ length: 100_000 }, (_, i) => `item ${i}`)));
    for (const entrypoint of small.entrypoints) {
      expect(ask(small, entrypoint, large)).toBe('eval_limit_error');
      expect(small.evaluate('a/echo', 1)).toBe(1);
    }
  });

  test.each([
    ['some a in input; some b in input; a == "x"; b == a'],
    ['a := input[_]; b := input[i]; a == "x"; b == a'],
    ['every a in input { a != "x"; some b in input; b == a }; input == 1'],
    ['count([1 | some a in input; some b in input; a == b]) < 0'],
  ])('memory: loops need none for indices that nobody asks for: %s', (body) => {
    const { wasm: module } = compile([{ file: 'p.rego', text: `package p\nr if { ${body} }` }], {
      entrypoints: ['p/r'],
    });
    const small = loadSync(module!, { maxMemoryPages: 64 });
    const items = Array.from({ length: 2_000 }, (_, i) => `item ${i}`);
    expect(small.evaluate('p/r', items)).toBeUndefined();
  });

  test('a long string goes in and out', () => {
    const large = bytes(JSON.stringify('x'.repeat(5_000_000)));
    expect(ask(policy, 'a/echo', large).length).toBe(large.length);
  });
});

/** The runtime's hash of short texts (engine/runtime/assembly/string.ts). */
function hash(text: Uint8Array): number {
  let value = text.length;
  const mix = (word: number): void => {
    value = Math.imul(value ^ word, 0x9e3779b1);
    value ^= value >>> 15;
  };
  const view = new DataView(text.buffer, text.byteOffset, text.length);
  for (let i = 0; i + 4 <= text.length; i += 4) mix(view.getUint32(i, true));
  value = Math.imul(value, 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

test('keys chosen to share a place in the hash table are found like others', () => {
  const place = 0xffff;
  const colliding: string[] = [];
  for (let i = 0; colliding.length < 4_000 && i < 60_000_000; i++) {
    const text = (i + 36 ** 7).toString(36);
    if ((hash(bytes8(text)) & place) < 256) colliding.push(text);
  }
  expect(colliding.length).toBe(4_000);
  const find = (keys: readonly string[]): void => {
    const input = bytes(`{${keys.map((key) => `"${key}":true`).join()}}`);
    expect(ask(policy, 'a/keys', input)).toBe(String(keys.length));
  };
  const ordinary = Array.from({ length: 4_000 }, (_, i) => (i * 7919 + 36 ** 7).toString(36));
  find(ordinary);
  find(colliding);
});

const scratch = new Uint8Array(8);

function bytes8(text: string): Uint8Array {
  for (let i = 0; i < 8; i++) scratch[i] = text.charCodeAt(i);
  return scratch;
}

test('a hundred thousand keys', () => {
  const input = bytes(`{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":0`).join()}}`);
  expect(ask(loadSync(wasm), 'a/keys', input)).toBe('100000');
});
