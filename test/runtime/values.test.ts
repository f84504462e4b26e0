// Equality, order, hashes and collections of the runtime library, against the values of TypeScript.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareValues, equalValues } from '../../engine/value/compare.ts';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { dumpRego } from '../../engine/value/rego-text.ts';
import { RegoObject, RegoSet } from '../../engine/value/value.ts';
import type { Value } from '../../engine/value/value.ts';
import { finishHash, hashBytes, mix } from '../../engine/wasm/value-layout.ts';
import { value } from './arbitrary.ts';
import { Abort, Runtime } from './runtime.ts';

const runtime = new Runtime();

function make(item: Value): number {
  return runtime.value(dumpRego(item));
}

const pair = fc.oneof(
  fc.tuple(value, value),
  // Equal values, made separately.
  value.map((item) => [item, item] as const),
);

describe('equality and order', () => {
  test('are those of Rego', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        runtime.reset();
        const [x, y] = [make(a), make(b)];
        expect(runtime.call('value_compare', x, y)).toBe(compareValues(a, b));
        expect(runtime.call('value_compare', y, x)).toBe(compareValues(b, a));
        expect(runtime.call('value_equal', x, y)).toBe(equalValues(a, b) ? 1 : 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('numbers are compared by value', () => {
    runtime.reset();
    const order = (a: string, b: string): number => runtime.call('value_compare', runtime.json(a), runtime.json(b));
    for (const text of ['3.0', '30e-1', '0.3e1', '3.000'])
      expect([order('3', text), runtime.call('value_equal', runtime.json('3'), runtime.json(text))]).toEqual([0, 1]);
    expect(order('1e400', '10e399')).toBe(0);
    expect(order('-0', '0')).toBe(0);
    expect(order('9223372036854775807', '9223372036854775808')).toBe(-1);
    expect(order('-9223372036854775808', '-9223372036854775809')).toBe(1);
    expect(order('0.1', '0.10000000000000000000000001')).toBe(-1);
    expect(order('-1e-400', '0')).toBe(-1);
    expect(order('1e-400', '0')).toBe(1);
  });

  test('undefined equals only itself', () => {
    runtime.reset();
    expect(runtime.call('value_equal', 0, 0)).toBe(1);
    expect(runtime.call('value_equal', 0, make(null))).toBe(0);
    expect(runtime.call('value_equal', make([]), 0)).toBe(0);
  });
});

describe('collections', () => {
  test('have what was put in, once, in order', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), (items) => {
        runtime.reset();
        const set = runtime.call('set_new', 0);
        for (const item of items) runtime.call('set_add', set, make(item));
        const wanted = makeSet(items).items;
        expect(runtime.call('value_length', set)).toBe(wanted.length);
        for (const item of items) expect(runtime.call('value_get', set, make(item))).not.toBe(0);
        expect(runtime.call('scan_length', set)).toBe(wanted.length);
        wanted.forEach((item, i) => {
          expect(runtime.call('value_equal', runtime.call('scan_value', set, i), make(item))).toBe(1);
          expect(runtime.call('scan_key', set, i)).toBe(runtime.call('scan_value', set, i));
        });
      }),
      { numRuns: 200 },
    );
  });

  test('objects: last value wins, and once means once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, fc.integer({ min: 0, max: 2 })), { maxLength: 30 }), (entries) => {
        runtime.reset();
        const last = runtime.call('object_new', 0);
        const once = runtime.call('object_new', 0);
        const seen = new Map<string, number>();
        for (const [key, item] of entries) {
          runtime.call('object_insert', last, make(key), make(item));
          const conflict = runtime.call('object_insert_once', once, make(key), make(item));
          const text = dumpRego(makeSet([key]));
          expect(conflict).toBe(seen.has(text) && seen.get(text) !== item ? 1 : 0);
          if (!seen.has(text)) seen.set(text, item);
        }
        const wanted = makeObject(entries);
        expect(runtime.call('value_equal', last, make(wanted))).toBe(1);
        for (const [key, item] of wanted.entries) {
          expect(runtime.call('value_equal', runtime.call('value_get', last, make(key)), make(item))).toBe(1);
        }
        expect(runtime.call('scan_length', last)).toBe(wanted.entries.length);
        wanted.entries.forEach(([key], i) => {
          expect(runtime.call('value_equal', runtime.call('scan_key', last, i), make(key))).toBe(1);
        });
      }),
      { numRuns: 200 },
    );
  });

  test('arrays are indexed by numbers written as integers', () => {
    runtime.reset();
    const array = runtime.json('["a","b"]');
    const get = (key: string): string => {
      const item = runtime.call('value_get', array, runtime.value(key));
      return item === 0 ? 'undefined' : runtime.dumpJson(item);
    };
    expect(['0', '1', '-0'].map(get)).toEqual(['"a"', '"b"', '"a"']);
    for (const key of ['2', '-1', '1.0', '0.0', '1e0', '0.5', '18446744073709551616', '"0"', 'null', '[0]'])
      expect([key, get(key)]).toEqual([key, 'undefined']);
    expect(runtime.call('scan_length', array)).toBe(2);
    expect(runtime.dumpJson(runtime.call('scan_key', array, 1))).toBe('1');
  });

  test('what is no collection has no elements', () => {
    runtime.reset();
    for (const text of ['null', 'true', '1', '"abc"']) {
      const item = runtime.value(text);
      expect(runtime.call('value_length', item)).toBe(-1);
      expect(runtime.call('scan_length', item)).toBe(-1);
      expect(runtime.call('value_get', item, runtime.value('0'))).toBe(0);
    }
    expect(runtime.call('value_length', 0)).toBe(-1);
    expect(runtime.call('scan_length', 0)).toBe(-1);
    expect(runtime.call('value_get', 0, runtime.value('"a"'))).toBe(0);
  });

  test('with many keys, sorted or not, find each of them', () => {
    for (const count of [8, 9, 100, 5000]) {
      for (const step of [1, 7919]) {
        runtime.reset();
        const keys = Array.from({ length: count }, (_, i) => `key${(i * step) % 10007}`);
        const object = runtime.json(JSON.stringify(Object.fromEntries(keys.map((key, i) => [key, i]))));
        expect(runtime.call('value_length', object)).toBe(count);
        const found = keys.map((key) => runtime.call('value_get', object, runtime.json(JSON.stringify(key))));
        expect(found.map((item) => runtime.dumpJson(item))).toEqual(keys.map((_, i) => String(i)));
        expect(runtime.call('value_get', object, runtime.json('"no"'))).toBe(0);
        // Sorting moves the entries; they are still found.
        expect(runtime.call('scan_length', object)).toBe(count);
        expect(runtime.dumpJson(runtime.call('value_get', object, runtime.json(`"${keys[count - 1]}"`)))).toBe(
          String(count - 1),
        );
      }
    }
  });

  test('of mutual members end in a clear abort when they are too deep to compare', () => {
    runtime.reset();
    const deep = (): number => runtime.json('['.repeat(9000) + ']'.repeat(9000));
    const [a, b] = [deep(), deep()];
    for (const call of ['value_equal', 'value_compare']) {
      expect(() => runtime.call(call, a, b)).toThrow(new Abort('nesting too deep'));
      runtime.call('opa_heap_ptr_set', runtime.call('opa_heap_ptr_get'));
    }
    expect(() => runtime.dumpJson(a)).toThrow(new Abort('nesting too deep'));
    runtime.call('opa_heap_ptr_set', runtime.call('opa_heap_ptr_get'));
    const set = runtime.call('set_new', 1);
    runtime.call('set_add', set, runtime.json('1'));
    // Ten elements: the tenth needs hashes.
    for (let i = 0; i < 10; i++) runtime.call('set_add', set, runtime.json(`"${i}"`));
    expect(() => runtime.call('set_add', set, a)).toThrow(new Abort('nesting too deep'));
  });
});

/** Undoes `mix(·, 0)`: from the state behind it to the state before. */
function unmix(state: number): number {
  let high = state;
  // x ^ (x >>> 15) is undone by shifting in the known bits.
  high ^= (state >>> 15) ^ (state >>> 30);
  // The inverse of 0x9e3779b1 modulo 2^32, by Newton's steps.
  let inverse = 0x9e3779b1;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(0x9e3779b1, inverse));
  return Math.imul(high, inverse);
}

/** Strings of 8 letters whose hashes are all the same. */
function collisions(count: number): string[] {
  const target = mix(mix(8, 0x41414141), 0x41414141);
  const found: string[] = [];
  for (let first = 0; found.length < count; first++) {
    const letters = [0, 6, 12, 18].map((shift) => 0x30 + ((first >>> shift) & 63));
    const word = letters[0]! | (letters[1]! << 8) | (letters[2]! << 16) | (letters[3]! << 24);
    const second = unmix(target) ^ mix(8, word);
    const rest = [0, 8, 16, 24].map((shift) => (second >>> shift) & 0xff);
    if (rest.some((byte) => byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c)) continue;
    found.push(String.fromCharCode(...letters, ...rest));
  }
  return found;
}

describe('keys chosen to collide', () => {
  const keys = collisions(4000);

  test('do have one hash', () => {
    const hash = finishHash(mix(mix(8, 0x41414141), 0x41414141));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => hashBytes(new TextEncoder().encode(key)) === hash)).toBe(true);
  });

  test('are kept apart like others', () => {
    const others = keys.map((_, i) => `key${i * 17}`);
    const keep = (all: readonly string[]): void => {
      const fresh = new Runtime();
      const text = JSON.stringify(all.map((key, i) => [key, i]));
      const rows = fresh.json(text);
      const object = fresh.call('object_new', 0);
      for (let i = 0; i < all.length; i++) {
        const row = fresh.call('scan_value', rows, i);
        const key = fresh.call('scan_value', row, 0);
        fresh.call('object_insert_once', object, key, fresh.call('scan_value', row, 1));
      }
      for (let i = 0; i < all.length; i++) {
        const row = fresh.call('scan_value', rows, i);
        expect(fresh.call('value_get', object, fresh.call('scan_value', row, 0))).toBe(
          fresh.call('scan_value', row, 1),
        );
      }
      expect(fresh.call('scan_length', object)).toBe(all.length);
      const wanted = Object.fromEntries(all.map((key, i) => [key, i] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
      expect(fresh.dumpJson(object)).toBe(JSON.stringify(wanted));
    };
    keep(others);
    keep(keys);
  });

  test('in JSON, sorted or not, are found and removed', () => {
    const some = keys.slice(0, 1000);
    const object = runtime.json(JSON.stringify(Object.fromEntries(some.map((key, i) => [key, i]))));
    for (const [i, key] of some.entries()) {
      if (i % 100 !== 0) continue;
      const path = runtime.json(JSON.stringify([key]));
      const name = runtime.json(JSON.stringify(key));
      expect(runtime.dumpJson(runtime.call('value_get', object, name))).toBe(String(i));
      expect(runtime.call('opa_value_remove_path', object, path)).toBe(0);
      expect(runtime.call('value_get', object, name)).toBe(0);
    }
    expect(runtime.call('value_length', object)).toBe(990);
    expect(runtime.dumpJson(runtime.call('value_get', object, runtime.json(JSON.stringify(some[1]))))).toBe('1');
  });
});

test('arbitrary values cover sets and objects', () => {
  const kinds = fc.sample(value, { numRuns: 300, seed: 1 });
  expect(kinds.some((item) => item instanceof RegoSet && item.items.length > 8)).toBe(true);
  expect(kinds.some((item) => item instanceof RegoObject && item.entries.length > 8)).toBe(true);
});
