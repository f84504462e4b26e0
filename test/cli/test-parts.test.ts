// What of a test suite a change concerns, and that running that part anew gives what the whole would.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { parseSources } from '../../cli/parse-sources.ts';
import { suiteKeys, TestCache } from '../../cli/test-cache.ts';
import { discoverTests } from '../../cli/test-cases.ts';
import { type KeptRun, testKept } from '../../cli/test-kept.ts';
import { changedPart, type KnownFile, knownFile, type Part } from '../../cli/test-parts.ts';
import { TestThread } from '../../cli/test-thread.ts';
import type { Module } from '../../engine/ast/nodes.ts';
import { compileModules, type Source } from '../../engine/compile.ts';

type Files = Readonly<Record<string, string>>;

const suite: Files = {
  'lib.rego': 'package lib\n\nlimit := 3',
  'a.rego': 'package pol.a\n\nimport data.lib\n\nok if input.x < lib.limit',
  'a_test.rego': 'package tests.a\n\nimport data.pol.a\n\ntest_low if a.ok with input.x as 2',
  'b.rego': 'package pol.b\n\nok if input.y == 1',
  'b_test.rego': 'package tests.b\n\ntest_one if data.pol["b"].ok with input.y as 1',
  'c.rego': 'package pol.c\n\nok := true',
  'c_test.rego': 'package tests.c\n\ntest_c if data.pol.c.ok\n\ntest_no if not data.pol.none.ok',
  'd.rego': 'package d\n\nx := 1',
  'e.rego': 'package e\n\nx := 1',
  'f.rego': 'package f\n\nx := 1',
};

function sourcesOf(files: Files): Source[] {
  return Object.entries(files).map(([file, text]) => ({ file, text }));
}

function read(source: Source): Module | undefined {
  return parseSources([source], {}).modules[0];
}

function known(files: Files): KnownFile[] {
  return sourcesOf(files).map((source) => knownFile(source, read(source)!));
}

/** The files that a change concerns, and those to compile besides; undefined for all. */
function part(
  changes: Readonly<Record<string, string | undefined>>,
): { concerned: string[]; besides: string[] } | undefined {
  const now = Object.fromEntries(
    Object.entries({ ...suite, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const found: Part | undefined = changedPart(known(suite), sourcesOf(now), read);
  if (found === undefined) return undefined;
  const besides = found.sources.map(({ file }) => file).filter((file) => !found.concerned.has(file));
  return { concerned: [...found.concerned].sort(), besides: besides.sort() };
}

test('a change concerns what reads it, and takes along what is read', () => {
  expect(part({ 'b_test.rego': 'package tests.b\n\ntest_one if data.pol.b.ok' })).toEqual({
    concerned: ['b_test.rego'],
    besides: ['b.rego'],
  });
  expect(part({ 'a.rego': `${suite['a.rego']}\n\nmore := 1` })).toEqual({
    concerned: ['a.rego', 'a_test.rego'],
    besides: ['lib.rego'],
  });
  expect(part({ 'lib.rego': 'package lib\n\nlimit := 1' })).toEqual({
    concerned: ['a.rego', 'a_test.rego', 'lib.rego'],
    besides: [],
  });
});

test('files that come, go or move concern what reads their packages, before and after', () => {
  const readers = { concerned: ['c_test.rego'], besides: ['c.rego'] };
  expect(part({ 'new.rego': 'package pol.none\n\nok := true' })).toEqual({
    concerned: ['c_test.rego', 'new.rego'],
    besides: ['c.rego'],
  });
  expect(part({ 'c.rego': undefined })).toEqual({ ...readers, besides: [] });
  expect(part({ 'c.rego': 'package moved\n\nok := true' })).toEqual({
    concerned: ['c.rego', 'c_test.rego'],
    besides: [],
  });
});

test('what reads a part of data that is not constant reads all below; where most is concerned, all is', () => {
  expect(part({ 'b_test.rego': 'package tests.b\n\ntest_all if {\n\tsome x\n\tdata.pol[x].ok\n}' })).toEqual({
    concerned: ['b_test.rego'],
    besides: ['a.rego', 'b.rego', 'c.rego', 'lib.rego'],
  });
  expect(part({ 'b_test.rego': 'package tests.b\n\ntest_all if count(data) > 1' })).toBeUndefined();
  expect(part({ 'b_test.rego': 'package tests.b\n\ntest_all if {' })).toBeUndefined();
  expect(part({})).toEqual({ concerned: [], besides: [] });
});

const folder = mkdtempSync(join(tmpdir(), 'regate-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the part is run anew, the rest from what was kept', async () => {
  const cache = new TestCache(folder);
  const data = new TextEncoder().encode('{}');
  const run = (files: Files): KeptRun => {
    const sources = sourcesOf(files);
    const limits = { timeoutMs: 20_000, parallel: 1, count: 1 };
    const keys = suiteKeys('build', {}, ['.'], sources, data);
    const options = { testRules: true };
    return { cache, build: 'build', flags: {}, ...keys, sources, data, options, matches: () => true, limits };
  };
  const outcomes = async (files: Files): Promise<readonly string[] | undefined> => {
    const thread = new TestThread();
    const results = await testKept(run(files), thread).finally(() => thread.stop());
    return results?.map(({ test, outcome }) => `${test.file} ${test.name} ${outcome}`);
  };
  expect(await outcomes(suite)).toBeUndefined();

  const { modules, tests } = discoverTests(
    sourcesOf(suite).map((source) => read(source)!),
    () => true,
  );
  const { wasm } = compileModules(modules, { testRules: true, entrypoints: tests.map(({ entrypoint }) => entrypoint) });
  const { key, suite: name } = run(suite);
  cache.write(key, { tests, files: known(suite), wasm: wasm! });
  cache.writeSuite(name, key);
  const good = [
    'a_test.rego test_low pass',
    'b_test.rego test_one pass',
    'c_test.rego test_c pass',
    'c_test.rego test_no pass',
  ];
  expect(await outcomes(suite)).toEqual(good);

  const changed = { ...suite, 'lib.rego': 'package lib\n\nlimit := 1' };
  const bad = ['a_test.rego test_low fail', ...good.slice(1)];
  expect(await outcomes(changed)).toEqual(bad);
  // The part itself is kept now.
  expect(await outcomes(changed)).toEqual(bad);
  const { 'a_test.rego': _, ...fewer } = suite;
  expect(await outcomes(fewer)).toEqual(good.slice(1));
  // Faults are told of the whole.
  expect(await outcomes({ ...suite, 'b.rego': 'package pol.b\n\nok if missing(1)' })).toBeUndefined();
});
