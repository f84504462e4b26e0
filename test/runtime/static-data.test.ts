// Constants laid out by the compiler against the same values made by the runtime library: one layout, one hash.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareValues } from '../../engine/value/compare.ts';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { dumpRego } from '../../engine/value/rego-text.ts';
import { RegoNumber } from '../../engine/value/value.ts';
import type { Value } from '../../engine/value/value.ts';
import { StaticData } from '../../engine/wasm/static-data.ts';
import { text, value } from './arbitrary.ts';
import { Runtime } from './runtime.ts';

/** A runtime with the constants in it, and their addresses. */
function layOut(constants: readonly Value[]): { runtime: Runtime; addresses: number[] } {
  const statics = new StaticData();
  const addresses = constants.map((constant) => statics.value(constant));
  const { bytes, globals } = statics.finish();
  return { runtime: new Runtime({ data: bytes, globals }), addresses };
}

/** The word with the hash, after the runtime has computed it. */
function hashOf(runtime: Runtime, address: number): number {
  const many = runtime.call('set_new', 16);
  runtime.call('set_add', many, address);
  return new DataView(runtime.memory.buffer).getInt32(address + 4, true);
}

describe('constants', () => {
  test('are what the runtime makes of the same text', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (constants) => {
        const { runtime, addresses } = layOut(constants);
        constants.forEach((constant, i) => {
          const address = addresses[i]!;
          const made = runtime.value(dumpRego(constant));
          expect(runtime.call('value_equal', made, address)).toBe(1);
          expect(runtime.call('value_compare', made, address)).toBe(0);
          expect(runtime.dumpValue(address)).toBe(runtime.dumpValue(made));
          expect(hashOf(runtime, made)).toBe(hashOf(runtime, address));
          if (typeof constant === 'string') expect(made).toBe(address);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('equal ones have one address', () => {
    const statics = new StaticData();
    expect(statics.value('a')).toBe(statics.value('a'));
    expect(statics.value([1, 'a'])).toBe(statics.value([1, 'a']));
    expect(statics.value(makeSet([2, 1]))).toBe(statics.value(makeSet([1, 2])));
    expect(statics.value(makeObject([['a', makeSet([])]]))).toBe(statics.value(makeObject([['a', makeSet([])]])));
    expect(statics.value([1, 2])).not.toBe(statics.value(makeSet([1, 2])));
    expect(statics.value('')).not.toBe(statics.value([]));
    expect(statics.text('x')).toBe(statics.text('x'));
  });

  test('elements are found in them, and they are found in others', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.oneof(text, value), value), { maxLength: 40 }), (entries) => {
        const object = makeObject(entries);
        const keys = object.entries.map(([key]) => key);
        const set = makeSet(keys);
        const { runtime, addresses } = layOut([object, set, ...keys, 'elsewhere']);
        const [objectAddress, setAddress, ...keyAddresses] = addresses as [number, number, ...number[]];
        keyAddresses.pop();
        const made = runtime.value(dumpRego(object));
        object.entries.forEach(([key, item], i) => {
          for (const name of [keyAddresses[i]!, runtime.value(dumpRego(key))]) {
            for (const collection of [objectAddress, made]) {
              const found = runtime.call('value_get', collection, name);
              expect(runtime.dumpValue(found)).toBe(runtime.dumpValue(runtime.value(dumpRego(item))));
              if (typeof key === 'string') expect(runtime.call('value_get_const', collection, name)).toBe(found);
            }
            expect(runtime.dumpValue(runtime.call('value_get', setAddress, name))).toBe(runtime.dumpValue(name));
          }
        });
        const missing = runtime.value('"elsewhere"');
        const isThere = keys.includes('elsewhere');
        expect(runtime.call('value_get_const', objectAddress, missing) !== 0).toBe(isThere);
        expect(runtime.call('scan_length', objectAddress)).toBe(keys.length);
        keys.toSorted(compareValues).forEach((key, i) => {
          expect(runtime.dumpValue(runtime.call('scan_key', objectAddress, i))).toBe(
            runtime.dumpValue(runtime.value(dumpRego(key))),
          );
        });
      }),
      { numRuns: 100 },
    );
  });

  test('numbers keep the text they were written as', () => {
    const texts = ['1.0', '1.50', '1e2', '1e400', '-0.0', '12345678901234567890', '9223372036854775808', '1e-7'];
    const { runtime, addresses } = layOut(texts.map((written) => new RegoNumber(written)));
    expect(addresses.map((address) => runtime.dumpJson(address))).toEqual(texts);
    for (const [i, written] of texts.entries()) {
      expect(runtime.call('value_equal', addresses[i]!, runtime.json(written))).toBe(1);
      expect(hashOf(runtime, addresses[i]!)).toBe(hashOf(runtime, runtime.json(written)));
    }
    expect(hashOf(runtime, addresses[2]!)).toBe(hashOf(runtime, runtime.json('100')));
  });

  test('every string made later that equals one is that one', () => {
    const names = Array.from({ length: 500 }, (_, i) => `name ${i}`);
    const { runtime, addresses } = layOut([...names, 'é\n', '']);
    names.forEach((name, i) => expect(runtime.json(JSON.stringify(name))).toBe(addresses[i]));
    expect(runtime.json('"\\u00e9\\n"')).toBe(addresses.at(-2));
    expect(runtime.json('""')).toBe(addresses.at(-1));
    expect(runtime.json('"name 500"')).toBeGreaterThan(addresses.at(-1)!);
    const object = runtime.json('{"name 7":{"name 8":1},"other":"name 9"}');
    expect(runtime.call('scan_length', object)).toBe(2);
    expect(runtime.call('scan_key', object, 0)).toBe(addresses[7]);
    expect(runtime.call('scan_value', object, 1)).toBe(addresses[9]);
  });
});

describe('switches', () => {
  test('find the case of a value', () => {
    const statics = new StaticData();
    const table = statics.switchTable([
      ['a', 'b'],
      [1, 2.5, 'c'],
      [[1, 'a'], null, true, makeSet([1]), makeObject([['a', 1]])],
      ['a', new RegoNumber('1.0'), new RegoNumber('12345678901234567890')],
    ]);
    const empty = statics.switchTable([]);
    const { bytes, globals } = statics.finish();
    const runtime = new Runtime({ data: bytes, globals });
    const look = (written: string): number => runtime.call('switch_lookup', table, runtime.value(written));
    expect(['"a"', '"b"', '"c"', '"d"', '1', '1.0', '10e-1', '2.5', '2'].map(look)).toEqual([
      0, 0, 1, -1, 1, 1, 1, 1, -1,
    ]);
    expect(['[1,"a"]', '[1]', 'null', 'true', 'false', '{1}', '{"a":1}'].map(look)).toEqual([2, -1, 2, 2, -1, 2, 2]);
    expect(look('12345678901234567890')).toBe(3);
    expect(runtime.call('switch_lookup', table, 0)).toBe(-1);
    expect(runtime.call('switch_lookup', empty, runtime.value('1'))).toBe(-1);
  });

  test('tell ten thousand cases apart', () => {
    for (const count of [10, 10_000]) {
      const statics = new StaticData();
      const cases = Array.from({ length: count }, (_, i) => [`case ${i}`, i]);
      const table = statics.switchTable(cases);
      const { bytes, globals } = statics.finish();
      const runtime = new Runtime({ data: bytes, globals });
      const probes = Array.from({ length: 10 }, (_, i) => Math.floor((i * count) / 10));
      const values = probes.flatMap((i) => [runtime.value(`"case ${i}"`), runtime.value(String(i))]);
      expect(values.map((item) => runtime.call('switch_lookup', table, item))).toEqual(probes.flatMap((i) => [i, i]));
    }
  });
});

test('texts are NUL-terminated and reserved bytes are zero', () => {
  const statics = new StaticData();
  const hello = statics.text('héllo');
  const zeros = statics.reserve(13);
  const after = statics.text('after');
  const { bytes, globals, address } = statics.finish();
  const runtime = new Runtime({ data: bytes, globals });
  expect(runtime.cstring(hello)).toBe('héllo');
  expect(runtime.cstring(after)).toBe('after');
  expect([...runtime.bytes(zeros, 13)]).toEqual(new Array(13).fill(0));
  expect(zeros % 8).toBe(0);
  expect(globals['heap_pointer']).toBe(address + bytes.length);
});
