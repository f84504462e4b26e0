// What `build` writes into bundles, against the reference: numbers as written, versions of files, what WebAssembly leaves in the Rego.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readArchive } from '../../bundles/archive.ts';
import { describeWithOpa, folderWith, opa } from './opa.ts';

const program = resolve('test/bundles/regate.ts');

function build(folder: string, ...args: readonly string[]): ReadonlyMap<string, string> {
  const flags = ['--disable-warning=ExperimentalWarning', program, 'build', '-o', 'own.tar.gz', ...args];
  execFileSync(process.execPath, flags, { cwd: folder, stdio: 'pipe' });
  return contents(join(folder, 'own.tar.gz'));
}

function buildWithOpa(folder: string, ...args: readonly string[]): ReadonlyMap<string, string> {
  opa(folder, 'build', '-o', 'opa.tar.gz', ...args);
  return contents(join(folder, 'opa.tar.gz'));
}

function contents(file: string): ReadonlyMap<string, string> {
  return new Map(readArchive(readFileSync(file)).map(({ name, content }) => [name, new TextDecoder().decode(content)]));
}

const NUMBERS = {
  'd/data.json':
    '{"a": 1.0, "b": 1e3, "c": 100000000000000000000.00, "e": [1E-2, -0, 0.1e1], "f": "<&>", "o": {"x": 1}}',
  'd/o/data.json': '{"z": -1.50e+2}',
  'd/y/data.yaml': 'q: 1.0\nr: yes\nh: 0x10\n',
  'd/p.rego': 'package p\n',
};
const VERSIONS = {
  'v0/a.rego': 'package a\n\np { input.x }\n',
  'v0/.manifest': '{"roots": ["a"], "rego_version": 0}',
  'v1/b.rego': 'package b\n\nq if input.x\n',
  'v1/.manifest': '{"roots": ["b"], "rego_version": 1}',
  'one/a.rego': 'package a\n\np { input.x }\n',
  'one/b.rego': 'package b\n\nq if input.x\n',
  'one/.manifest': '{"rego_version": 1, "file_rego_versions": {"/a.rego": 0}}',
};
const POLICY = {
  'p/p.rego': `package authz

default allow := false

allow if helper(input.user)

helper(u) if u == "ada"

deny if not allow

other := 1
`,
  'p/q.rego': 'package authz\n\nsame if allow\n',
};

const LAYOUT = {
  'l/a.rego':
    'package a\n# first\nimport   data.b\n\np   if {\n    input.x ;  b.y # why\n}\nq contains  x if some x in [1,2]\n',
  'l/a_test.rego': 'package a_test\ntest_p if data.a.p with input as {"x":1}\n',
};
const COMMENTS = {
  'c/a.rego': `# About all
# METADATA
# scope: package
# title:   a
package a

# METADATA
# entrypoint: true
allow if input.x # why

# here
other := 1

# METADATA
# title: kept
kept contains x if {
	# inside
	some x in [1, 2]
}
`,
  'c/b.rego': 'package b\n\n# far away\nq := data.a.other # there\n',
};
const LAYOUT_V0 = { 'l/a.rego': 'package a\np[x]   { x := input.y[_] ; not  x == 1 }\n  else_ = 1\n' };

test('numbers of data stay as they are written', () => {
  expect(build(folderWith(NUMBERS), '-b', 'd').get('/data.json')).toBe(
    '{"a":1.0,"b":1e3,"c":100000000000000000000.00,"e":[1E-2,-0,0.1e1],"f":"\\u003c\\u0026\\u003e","o":{"x":1,"z":-1.50e+2},"y":{"h":16,"q":1,"r":true}}\n',
  );
});

test('files of another version than the rest are named', () => {
  const manifest = build(folderWith(VERSIONS), '-b', 'v0', 'v1').get('/.manifest');
  expect(JSON.parse(manifest!)).toEqual({
    revision: '',
    roots: ['a', 'b'],
    rego_version: 1,
    file_rego_versions: { '/v0/a.rego': 0 },
  });
});

test('what one bundle says of itself is not said of several', () => {
  const folder = folderWith({
    'a/.manifest': '{"roots":["a"],"revision":"r1","metadata":{"k":1}}',
    'b/.manifest': '{"roots":["b"],"revision":"r2"}',
  });
  expect(JSON.parse(build(folder, '-b', 'a').get('/.manifest')!)).toEqual({
    revision: 'r1',
    roots: ['a'],
    rego_version: 1,
    metadata: { k: 1 },
  });
  expect(JSON.parse(build(folder, '-b', 'a', 'b').get('/.manifest')!)).toEqual({
    revision: '',
    roots: ['a', 'b'],
    rego_version: 1,
  });
});

describe('a module and the Rego beside it', () => {
  test('what depends on an entry point is one, and what is left compiles', () => {
    const folder = folderWith(POLICY);
    const files = build(folder, '-t', 'wasm', '-e', 'authz/allow', '-b', 'p');
    expect(
      JSON.parse(files.get('/.manifest')!).wasm.map(({ entrypoint }: { entrypoint: string }) => entrypoint),
    ).toEqual(['authz/allow', 'authz/deny', 'authz/same']);
    expect(files.get('/p/q.rego')).toBe(
      'package authz\n\nimport data.authz.allow\nimport data.authz.deny\nimport data.authz.same\n',
    );
    const flags = ['--disable-warning=ExperimentalWarning', program, 'check', '-b', 'own.tar.gz'];
    expect(spawnSync(process.execPath, flags, { cwd: folder, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  test('--prune-unused leaves dependents in the Rego', () => {
    const files = build(folderWith(POLICY), '-t', 'wasm', '-e', 'authz/allow', '--prune-unused', '-b', 'p');
    expect(files.get('/p/q.rego')).toBe('package authz\n\nimport data.authz.allow\n\nsame if allow\n');
  });
});

describeWithOpa('as the reference builds', () => {
  test.each([
    ['layout', LAYOUT, ['l'], '/l/a.rego'],
    ['layout in a bundle', LAYOUT, ['-b', 'l'], '/l/a.rego'],
    ['comments beside a module', COMMENTS, ['-t', 'wasm', 'c'], '/c/a.rego'],
    ['comments beside a module, pruned', COMMENTS, ['-t', 'wasm', '--prune-unused', 'c'], '/c/b.rego'],
    ['layout of v0', LAYOUT_V0, ['--v0-compatible', 'l'], '/l/a.rego'],
    ['data', NUMBERS, ['-b', 'd'], '/data.json'],
    ['data of a plain directory', NUMBERS, ['d'], '/data.json'],
    ['versions of two bundles', VERSIONS, ['-b', 'v0', 'v1'], '/.manifest'],
    ['versions of two bundles, v0', VERSIONS, ['--v0-compatible', '-b', 'v0', 'v1'], '/.manifest'],
    ['versions of one bundle', VERSIONS, ['-b', 'one'], '/.manifest'],
    ['versions of one bundle, v0', VERSIONS, ['--v0-compatible', '-b', 'one'], '/.manifest'],
    ['entry points', POLICY, ['-t', 'wasm', '-e', 'authz/allow', '-b', 'p'], '/.manifest'],
    ['entry points, pruned', POLICY, ['-t', 'wasm', '-e', 'authz/allow', '--prune-unused', '-b', 'p'], '/.manifest'],
  ])('%s', (_, files, args, name) => {
    const folder = folderWith(files);
    const [own, theirs] = [build(folder, ...args), buildWithOpa(folder, ...args)];
    expect(own.get(name)).toBeDefined();
    expect(own.get(name)).toBe(theirs.get(name));
    const others = (built: ReadonlyMap<string, string>): unknown => ({
      ...Object.fromEntries(built),
      '/policy.wasm': '',
    });
    expect(others(own)).toEqual(others(theirs));
  });

  test('it evaluates what is left beside our module', () => {
    const folder = folderWith({ ...POLICY, 'input.json': '{"user": "ada"}' });
    build(folder, '-t', 'wasm', '-e', 'authz/allow', '-b', 'p');
    const result = JSON.parse(opa(folder, 'eval', '-f', 'json', '-b', 'own.tar.gz', '-i', 'input.json', 'data.authz'));
    expect(result.result[0].expressions[0].value).toEqual({ allow: true, other: 1, same: true });
  });
});
