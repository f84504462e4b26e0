// Documents: merging, patches of `with`, OPA's calls for changing base data, memory and its limits, memo frames.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Abort, Runtime } from './runtime.ts';

const runtime = new Runtime();
const json = (text: string): number => runtime.json(text);
const dump = (value: number): string => (value === 0 ? 'undefined' : runtime.dumpJson(value));

describe('object_merge', () => {
  test.each([
    ['{"a":1}', '{"b":2}', '{"a":1,"b":2}'],
    ['{"a":1,"b":1}', '{"b":2}', '{"a":1,"b":2}'],
    ['{"a":{"x":1,"y":{"z":1}}}', '{"a":{"v":3,"y":{"w":2}}}', '{"a":{"v":3,"x":1,"y":{"w":2,"z":1}}}'],
    ['{"a":{"x":1}}', '{"a":[1]}', '{"a":[1]}'],
    ['{"a":[1]}', '{"a":{"x":1}}', '{"a":{"x":1}}'],
    ['{}', '{"a":1}', '{"a":1}'],
    ['{"a":1}', '{}', '{"a":1}'],
    ['1', '{"a":1}', '{"a":1}'],
    ['{"a":1}', '2', '2'],
  ])('%s and %s', (a, b, wanted) => {
    const [x, y] = [json(a), json(b)];
    expect(dump(runtime.call('object_merge', x, y))).toBe(wanted);
    expect([dump(x), dump(y)]).toEqual([a, b]);
  });

  test('of undefined', () => {
    const object = json('{"a":1}');
    expect(runtime.call('object_merge', 0, object)).toBe(object);
    expect(runtime.call('object_merge', object, 0)).toBe(object);
    expect(runtime.call('object_merge', 0, 0)).toBe(0);
  });

  test('of many keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.nat()), fc.dictionary(fc.string(), fc.nat()), (a, b) => {
        const merged = runtime.call('object_merge', json(JSON.stringify(a)), json(JSON.stringify(b)));
        expect(JSON.parse(dump(merged))).toEqual({ ...a, ...b });
      }),
      { numRuns: 50 },
    );
  });
});

describe('document_patch', () => {
  test.each([
    ['{"a":{"b":1,"c":2},"d":3}', '["a","b"]', '9', '{"a":{"b":9,"c":2},"d":3}'],
    ['{"a":1}', '[]', '[2]', '[2]'],
    ['{"a":1}', '["a","b"]', '2', '{"a":{"b":2}}'],
    ['[1,2]', '["x"]', '2', '{"x":2}'],
    ['undefined', '["x","y"]', 'null', '{"x":{"y":null}}'],
    ['{"a":1}', '[1]', '2', '{"1":2,"a":1}'],
  ])('%s at %s: %s', (root, path, value, wanted) => {
    const before = root === 'undefined' ? 0 : json(root);
    expect(dump(runtime.call('document_patch', before, json(path), json(value)))).toBe(wanted);
    expect(dump(before)).toBe(root);
  });

  test('leaves a large document as it was, and shares what is off the path', () => {
    const entries = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, { n: i }]));
    const root = json(JSON.stringify(entries));
    const patched = runtime.call('document_patch', root, json('["k50","n"]'), json('"new"'));
    const at = (document: number, key: string): number =>
      runtime.call('value_get', document, json(JSON.stringify(key)));
    expect(dump(at(patched, 'k50'))).toBe('{"n":"new"}');
    expect(dump(at(root, 'k50'))).toBe('{"n":50}');
    expect(at(patched, 'k49')).toBe(at(root, 'k49'));
  });
});

describe('base data', () => {
  test('opa_value_add_path', () => {
    const base = json('{"a":{"b":1},"c":[1,2]}');
    const add = (path: string, value: string): number =>
      runtime.call('opa_value_add_path', base, json(path), json(value));
    expect(add('["a","b"]', '2')).toBe(0);
    expect(add('["a","x","y"]', '3')).toBe(0);
    expect(add('["z"]', '[4]')).toBe(0);
    expect(dump(base)).toBe('{"a":{"b":2,"x":{"y":3}},"c":[1,2],"z":[4]}');
    // Arrays and scalars on the way: invalid type, and nothing has changed.
    expect([add('["c","0"]', '9'), add('["c",0,"q"]', '9'), add('["a","b","q"]', '9')]).toEqual([2, 2, 2]);
    // Not a path, or the root itself: invalid path.
    expect([add('[]', '1'), add('"a"', '1'), add('{"a":1}', '1')]).toEqual([3, 3, 3]);
    expect(dump(base)).toBe('{"a":{"b":2,"x":{"y":3}},"c":[1,2],"z":[4]}');
  });

  test('opa_value_remove_path', () => {
    const base = json('{"a":{"b":1,"c":2},"d":[1]}');
    const remove = (path: string): number => runtime.call('opa_value_remove_path', base, json(path));
    expect([
      remove('["a","b"]'),
      remove('["q"]'),
      remove('["q","r"]'),
      remove('["d","0"]'),
      remove('["a","c","x"]'),
    ]).toEqual([0, 0, 0, 0, 0]);
    expect(dump(base)).toBe('{"a":{"c":2},"d":[1]}');
    expect([remove('[]'), remove('"a"')]).toEqual([3, 3]);
    expect(remove('["a"]')).toBe(0);
    expect(dump(base)).toBe('{"d":[1]}');
  });

  test('changed after its hash was taken equals what it is now', () => {
    const base = json('{"a":{"b":1}}');
    const set = runtime.call('set_new', 10);
    for (let i = 0; i < 10; i++) runtime.call('set_add', set, json(String(i)));
    runtime.call('set_add', set, base);
    runtime.call('opa_value_add_path', base, json('["a","b"]'), json('2'));
    expect(runtime.call('value_equal', base, json('{"a":{"b":2}}'))).toBe(1);
    const other = runtime.call('set_new', 10);
    for (let i = 0; i < 10; i++) runtime.call('set_add', other, json(String(i)));
    runtime.call('set_add', other, base);
    expect(runtime.call('value_get', other, json('{"a":{"b":2}}'))).toBe(base);
  });

  test('survives evaluations whose heap is given back, whatever they have looked at', () => {
    const fresh = new Runtime();
    const keys = Array.from({ length: 300 }, (_, i) => `k${(i * 7919) % 1009}`);
    const text = JSON.stringify(Object.fromEntries(keys.map((key, i) => [key, [i]])));
    const data = fresh.json(text);
    const base = fresh.call('opa_heap_ptr_get');
    const sorted = fresh.dumpJson(data);
    for (let round = 0; round < 3; round++) {
      fresh.call('opa_heap_ptr_set', base);
      fresh.json(JSON.stringify('x'.repeat(10000)));
      expect(fresh.dumpJson(fresh.call('value_get', data, fresh.json('"k501"')))).toBe(
        JSON.stringify([keys.indexOf('k501')]),
      );
      expect(fresh.dumpJson(data)).toBe(sorted);
    }
  });
});

describe('memory', () => {
  test('grows with what is in it', () => {
    const fresh = new Runtime({ pages: 1 });
    const text = JSON.stringify(Array.from({ length: 100000 }, (_, i) => `item ${i}`));
    expect(fresh.dumpJson(fresh.json(text))).toBe(text);
  });

  test('beyond its limit the evaluation ends in a clear abort', () => {
    const fresh = new Runtime({ pages: 1, globals: { memory_limit_pages: 4 } });
    expect(() => fresh.call('opa_malloc', 300000)).toThrow(new Abort('memory limit exceeded'));
    expect(() => fresh.call('opa_malloc', 0xfffffff0)).toThrow(Abort);
    expect(() => fresh.call('array_new', 0x7fffffff)).toThrow(Abort);
    expect(fresh.dumpJson(fresh.json('[1]'))).toBe('[1]');
  });

  test('is given back as a whole', () => {
    const start = runtime.call('opa_heap_ptr_get');
    runtime.json('[1,2,3]');
    expect(runtime.call('opa_heap_ptr_get')).toBeGreaterThan(start);
    runtime.call('opa_heap_ptr_set', start);
    expect(runtime.call('opa_heap_ptr_get')).toBe(start);
    runtime.call('opa_heap_ptr_set', start + 3);
    expect(runtime.call('opa_malloc', 1) % 8).toBe(0);
  });

  test('memo frames are zero, whatever was there before', () => {
    const start = runtime.call('opa_heap_ptr_get');
    const garbage = runtime.call('opa_malloc', 64);
    runtime.bytes(garbage, 64).fill(0xff);
    runtime.call('opa_heap_ptr_set', start);
    expect([...runtime.bytes(runtime.call('memo_new', 16), 64)]).toEqual(new Array(64).fill(0));
  });

  test('the evaluation context keeps what is put in', () => {
    const context = runtime.call('opa_eval_ctx_new');
    runtime.call('opa_eval_ctx_set_input', context, 11);
    runtime.call('opa_eval_ctx_set_data', context, 22);
    runtime.call('opa_eval_ctx_set_entrypoint', context, 33);
    expect(runtime.call('opa_eval_ctx_get_result', context)).toBe(0);
    expect([...new Uint32Array(runtime.memory.buffer, context, 4)]).toEqual([11, 22, 33, 0]);
  });
});
