// Compiled tests kept between runs: what is kept comes back whole or not at all, and under no other program's name.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { cacheDirectory, programKey, TestCache } from '../../cli/test-cache.ts';
import type { TestCase } from '../../cli/test-cases.ts';
import type { KnownFile } from '../../cli/test-parts.ts';

let folder: string;
let cache: TestCache;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'regate-cache-'));
  cache = new TestCache(join(folder, 'kept'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const tests: readonly TestCase[] = [
  {
    package: 'data.p',
    name: 'test_ä',
    entrypoint: 'p/test_ä',
    file: 'p_test.rego',
    row: 3,
    col: 1,
    skip: false,
    isTable: false,
    isFunction: false,
  },
];
const files: readonly KnownFile[] = [{ file: 'p.rego', digest: 'd', package: ['p'], reads: [['q']] }];
const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
const fileOf = (key: string): string => join(folder, 'kept', `${key}.tests`);

test('a program comes back as it was', () => {
  expect(cache.read('k')).toBeUndefined();
  cache.write('k', { tests, files, wasm });
  const kept = cache.read('k')!;
  expect(kept.tests).toEqual(tests);
  expect(kept.files).toEqual(files);
  expect([...kept.wasm]).toEqual([...wasm]);
  expect(cache.read('other')).toBeUndefined();
});

test('a suite is the program it was kept as last', () => {
  const key = 'a'.repeat(64);
  expect(cache.readSuite('s')).toBeUndefined();
  cache.writeSuite('s', key);
  expect(cache.readSuite('s')).toBeUndefined();
  cache.write(key, { tests, files, wasm });
  expect(cache.readSuite('s')?.tests).toEqual(tests);
  cache.writeSuite('s', '../elsewhere');
  expect(cache.readSuite('s')).toBeUndefined();
});

test('what was changed or cut off is not read', () => {
  cache.write('k', { tests, files, wasm });
  const bytes = readFileSync(fileOf('k'));
  for (const spoil of [
    (copy: Buffer) => copy.subarray(0, copy.length - 1),
    (copy: Buffer) => Buffer.concat([copy, Buffer.from([0])]),
    (copy: Buffer) => copy.fill(copy.at(-1)! ^ 1, copy.length - 1),
    (copy: Buffer) => copy.fill(0xff, 32, 36),
    () => Buffer.alloc(0),
  ]) {
    writeFileSync(fileOf('k'), spoil(Buffer.from(bytes)));
    expect(cache.read('k')).toBeUndefined();
  }
});

test('a directory that others may write to is not used', () => {
  cache.write('k', { tests, files, wasm });
  chmodSync(join(folder, 'kept'), 0o777);
  expect(cache.read('k')).toBeUndefined();
  cache.write('new', { tests, files, wasm });
  expect(existsSync(fileOf('new'))).toBe(false);
});

test('the programs used longest ago make room', () => {
  for (let i = 0; i < 25; i++) {
    cache.write(`k${i}`, { tests, files, wasm });
    utimesSync(fileOf(`k${i}`), i, i);
  }
  cache.write('last', { tests, files, wasm });
  const kept = readdirSync(join(folder, 'kept'));
  expect(kept).toHaveLength(20);
  expect(kept).toContain('last.tests');
  expect(kept).not.toContain('k0.tests');
});

test('where nothing can be written, nothing is kept', () => {
  writeFileSync(join(folder, 'file'), '');
  const nowhere = new TestCache(join(folder, 'file', 'kept'));
  nowhere.write('k', { tests, files, wasm });
  expect(nowhere.read('k')).toBeUndefined();
});

test('every part of a program has a say in its name', () => {
  const data = new TextEncoder().encode('{}');
  const keys = [
    programKey('b', { v: 1 }, [{ file: 'a', text: 'x' }], data),
    programKey('c', { v: 1 }, [{ file: 'a', text: 'x' }], data),
    programKey('b', { v: 2 }, [{ file: 'a', text: 'x' }], data),
    programKey('b', { v: 1 }, [{ file: 'b', text: 'x' }], data),
    programKey('b', { v: 1 }, [{ file: 'a', text: 'y' }], data),
    programKey('b', { v: 1 }, [{ file: 'a', text: 'x', version: 'v0' }], data),
    programKey('b', { v: 1 }, [{ file: 'a', text: 'x' }], new TextEncoder().encode('[]')),
    programKey('b', { v: 1 }, [], data),
    programKey(
      'b',
      { v: 1 },
      [
        { file: 'a', text: 'x' },
        { file: '', text: '' },
      ],
      data,
    ),
    programKey('b', { v: 1 }, [{ file: 'a0:1:x', text: '' }], data),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('the directory is the one asked for, else the user’s', () => {
  expect(cacheDirectory({ REGATE_CACHE_DIR: '/a' })).toBe('/a');
  expect(cacheDirectory({ XDG_CACHE_HOME: '/b' })).toBe('/b/regate');
  expect(cacheDirectory({})).toMatch(/\/\.cache\/regate$/);
});
