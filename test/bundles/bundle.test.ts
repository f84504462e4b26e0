// Bundles: manifests, roots, data from many files, deltas, and loading into the engine; what is wrong is refused with its name.
import { describe, expect, test } from '@jest/globals';
import type { ArchiveFile } from '../../bundles/archive.ts';
import { type Bundle, readBundle, readBundleArchive, toArchive } from '../../bundles/bundle.ts';
import { BundleError } from '../../bundles/bundle-error.ts';
import { withEntrypointDocuments } from '../../bundles/entrypoint-documents.ts';
import { loadBundle } from '../../bundles/load-bundle.ts';
import { checkRootsBetween, parseManifest, printManifest } from '../../bundles/manifest.ts';
import { applyPatch, parsePatch } from '../../bundles/patch.ts';
import { compile } from '../../engine/compile.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import type { RegoObject } from '../../engine/value/value.ts';
import { bytes } from './opa.ts';

const read = (files: Readonly<Record<string, string | Uint8Array>>): Bundle =>
  readBundle(
    Object.entries(files).map(([name, content]): ArchiveFile => ({
      name: `/${name}`,
      content: typeof content === 'string' ? bytes(content) : content,
    })),
  );

/** `code: message` of the fault. */
function fault(run: () => unknown): string {
  try {
    run();
    return 'no fault';
  } catch (error) {
    if (error instanceof BundleError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('manifests', () => {
  test('printed as read, with defaults filled in and unknown fields dropped', () => {
    const text =
      '{"revision":"r","roots":["a","b/c"],"wasm":[{"entrypoint":"a/x","module":"/policy.wasm","annotations":[{"scope":"rule"}]}],"rego_version":0,"file_rego_versions":{"/new/*.rego":1},"metadata":{"n":12345678901234567890}}';
    expect(printManifest(parseManifest(text))).toBe(text);
    expect(printManifest(parseManifest('{"x": 1}'))).toBe('{"revision":"","roots":[""]}');
    expect(parseManifest('{"roots": ["/a/", "b"]}').roots).toEqual(['a', 'b']);
    expect(parseManifest('{"roots": []}').roots).toEqual([]);
  });

  test('every fault is named', () => {
    const faults = fault(() =>
      parseManifest(
        '{"revision": 1, "roots": [1], "wasm": [{"entrypoint": 1}, 2], "rego_version": 2, "file_rego_versions": {"x": 7}, "metadata": []}',
      ),
    );
    for (const path of [
      'revision',
      'roots[0]',
      'wasm[0].entrypoint',
      'wasm[1]',
      'rego_version',
      'file_rego_versions["x"]',
      'metadata',
    ])
      expect(faults).toContain(`.manifest: ${path}: `);
    for (const text of ['{', '[]', '{"roots": "a"}'])
      expect(fault(() => parseManifest(text))).toMatch(/^manifest_invalid/);
  });

  test('roots of one bundle and of several may not overlap', () => {
    for (const roots of ['["a","a/b"]', '["a","a"]', '["","a"]', '["/a","a/"]'])
      expect(fault(() => parseManifest(`{"roots": ${roots}}`))).toMatch(
        /^roots_conflict: manifest has overlapped roots/,
      );
    expect(parseManifest('{"roots": ["a/b","a/bc","ab"]}').roots).toHaveLength(3);
    const named = (name: string, ...roots: string[]): { name: string; manifest: { roots: string[] } } => ({
      name,
      manifest: { roots },
    });
    expect(fault(() => checkRootsBetween([named('one', 'a', 'x'), named('two', 'b'), named('three', 'x/y')]))).toBe(
      "roots_conflict: bundles one and three overlap: 'x' and 'x/y'",
    );
    expect(fault(() => checkRootsBetween([named('one', ''), named('two', 'b')]))).toMatch(/^roots_conflict/);
    expect(fault(() => checkRootsBetween([named('one', 'a'), named('two', 'ab')]))).toBe('no fault');
  });
});

describe('contents', () => {
  test('data of all files in one document, no number rounded', () => {
    const bundle = read({
      'data.json': '{"a": {"n": 12345678901234567890}, "x": 1e400}',
      'a/b/data.yaml': 'k: [1, yes]\n',
      'a/data.json': '{"m": {}}',
      'a/m/data.yml': 'z: 1.5\n',
      'a/other.json': '{"ignored": true}',
    });
    expect(dumpJson(bundle.data)).toBe('{"a":{"b":{"k":[1,true]},"m":{"z":1.5},"n":12345678901234567890},"x":1e400}');
    expect(dumpJson(readBundleArchive(toArchive(bundle)).data)).toBe(dumpJson(bundle.data));
  });

  test('data that contradicts itself or is none', () => {
    expect(fault(() => read({ 'data.json': '{"a": {"b": 1}}', 'a/data.json': '{"b": 2}' }))).toMatch(
      /^data_invalid.*'\/a\/b'/,
    );
    expect(fault(() => read({ 'data.json': '[1]' }))).toMatch(/^data_invalid.*root value must be object/);
    expect(fault(() => read({ 'a/data.json': '{"b": ' }))).toMatch(/^data_invalid/);
    expect(fault(() => read({ 'a/data.json': new Uint8Array([0x22, 0xff, 0x22]) }))).toMatch(
      /^data_invalid.*not UTF-8/,
    );
    expect(dumpJson(read({ 'a/data.json': '7' }).data)).toBe('{"a":7}');
  });

  test('nothing outside the roots', () => {
    const policy = 'package a.b\nx := 1\n';
    const within = (roots: string, more: Readonly<Record<string, string>> = {}): string =>
      fault(() => read({ '.manifest': `{"roots": ${roots}}`, 'p.rego': policy, ...more }));
    expect(within('["a"]')).toBe('no fault');
    expect(within('["a/b"]')).toBe('no fault');
    expect(within('["b"]')).toBe("roots_conflict: manifest roots [b] do not permit 'package a.b' in module '/p.rego'");
    expect(within('["a/b/c"]')).toMatch(/^roots_conflict/);
    expect(within('[]')).toMatch(/^roots_conflict/);
    expect(within('["a/b"]', { 'a/data.json': '{"b": {"y": 1}}' })).toBe('no fault');
    expect(within('["a/b"]', { 'a/data.json': '{"c": 1}' })).toBe(
      "roots_conflict: manifest roots [a/b] do not permit data at path '/a/c' (hint: check bundle directory structure)",
    );
    expect(within('["a/b"]', { 'data.json': '{"z": 1}' })).toMatch(/^roots_conflict/);
  });

  test('modules of the manifest are there, each entry point once', () => {
    const manifest = (...wasm: object[]): string => JSON.stringify({ roots: ['a'], wasm });
    const entry = { entrypoint: 'a/x', module: 'policy.wasm' };
    expect(fault(() => read({ '.manifest': manifest(entry) }))).toMatch(/^manifest_invalid.*does not exist/);
    expect(fault(() => read({ '.manifest': manifest(entry, entry), 'policy.wasm': '' }))).toMatch(
      /more than one wasm module/,
    );
    expect(fault(() => read({ '.manifest': manifest({ ...entry, entrypoint: 'b/x' }), 'policy.wasm': '' }))).toMatch(
      /^roots_conflict/,
    );
    expect(read({ '.manifest': manifest(entry), 'policy.wasm': '' }).wasm).toHaveLength(1);
  });

  test('Rego versions: of the bundle, of a file, of a pattern', () => {
    const { modules } = read({
      '.manifest': '{"rego_version": 0, "file_rego_versions": {"/new.rego": 1, "/dir/*.rego": 1}}',
      'old.rego': 'package a',
      'new.rego': 'package b',
      'dir/x.rego': 'package c',
    });
    expect(modules.map(({ version }) => version)).toEqual(['v0', 'v1', 'v1']);
  });

  test('patterns of Rego versions match as OPA matches them: over slashes, from the beginning', () => {
    for (const [pattern, version] of [
      ['/x/*', 'v0'],
      ['*/b.rego', 'v0'],
      ['/x/y/{a,b}.rego', 'v0'],
      ['/x\\\\/y*', 'v0'],
      ['/x/?/[!a].rego', 'v0'],
      ['x/y/b.rego', 'v1'],
      ['/x', 'v1'],
      ['!/z', 'v1'],
    ]) {
      const manifest = `{"rego_version": 1, "file_rego_versions": {"${pattern}": 0}}`;
      const { modules } = read({ '.manifest': manifest, 'x/y/b.rego': 'package b' });
      expect([pattern, modules[0]!.version]).toEqual([pattern, version]);
    }
    expect(fault(() => read({ '.manifest': '{"file_rego_versions": {"/x/[": 0}}' }))).toMatch(
      /^manifest_invalid.*closed/,
    );
  });
});

describe('deltas', () => {
  const patched = (data: string, ...operations: object[]): string =>
    dumpJson(applyPatch(parseJson(data) as RegoObject, parsePatch(JSON.stringify({ data: operations }))));

  test('upsert, replace and remove, in order', () => {
    expect(
      patched('{}', { op: 'upsert', path: '/a/b', value: 1 }, { op: 'upsert', path: '/a/c~1d~0', value: [] }),
    ).toBe('{"a":{"b":1,"c/d~":[]}}');
    expect(
      patched(
        '{"a":[1,2,3]}',
        { op: 'remove', path: '/a/1' },
        { op: 'upsert', path: '/a/-', value: 9 },
        { op: 'replace', path: '/a/0', value: 0 },
      ),
    ).toBe('{"a":[0,3,9]}');
    expect(patched('{"a":{"b":12345678901234567890,"c":1}}', { op: 'remove', path: '/a/c' })).toBe(
      '{"a":{"b":12345678901234567890}}',
    );
  });

  test('operations that do not apply, or are none', () => {
    for (const operation of [
      { op: 'replace', path: '/x', value: 1 },
      { op: 'remove', path: '/x' },
      { op: 'remove', path: '/a/3' },
      { op: 'remove', path: '/a/-' },
      { op: 'upsert', path: '/a/x/y', value: 1 },
      { op: 'upsert', path: '/s/x', value: 1 },
    ])
      expect([operation, fault(() => patched('{"a":[1],"s":"x"}', operation))]).toEqual([
        operation,
        expect.stringMatching(/^patch_invalid/),
      ]);
    for (const text of [
      '[]',
      '{',
      '{"data": 1}',
      '{"data": [{"op": "add", "path": "/a", "value": 1}]}',
      '{"data": [{"op": "remove", "path": "/"}]}',
      '{"data": [{"op": "upsert", "path": "/a"}]}',
    ])
      expect([text, fault(() => parsePatch(text))]).toEqual([text, expect.stringMatching(/^patch_invalid/)]);
  });

  test('a delta has nothing else, stays within its roots, and survives an archive', () => {
    const patch = '{"data": [{"op": "upsert", "path": "/a/b", "value": 1}]}';
    expect(fault(() => read({ 'patch.json': patch, 'data.json': '{}' }))).toMatch(
      /^patch_invalid: delta bundle expected/,
    );
    expect(fault(() => read({ 'patch.json': patch, '.manifest': '{"roots": ["b"]}' }))).toMatch(/^roots_conflict/);
    const delta = read({ 'patch.json': patch, '.manifest': '{"roots": ["a"], "revision": "2"}' });
    expect(readBundleArchive(toArchive(delta)).patch).toEqual(delta.patch);
  });
});

describe('loading into the engine', () => {
  const POLICY = 'package authz\n\ndefault allow := false\n\nallow if input.user in data.admins\n\nbig := data.n + 1\n';
  const files = { 'authz.rego': POLICY, 'data.json': '{"admins": ["ada"], "n": 12345678901234567890}' };

  test('Rego is compiled, whole packages unless annotations say otherwise', async () => {
    const loaded = await loadBundle(read(files));
    expect(loaded.entrypoints).toEqual(['authz']);
    const text = loaded.policy('authz')!.evaluateJson('authz', bytes('{"user": "ada"}'));
    expect(Buffer.from(text!).toString()).toBe('{"allow":true,"big":12345678901234567891}');
    const annotated = `${POLICY}\n# METADATA\n# entrypoint: true\nname := "x"\n`;
    expect((await loadBundle(read({ ...files, 'authz.rego': annotated }))).entrypoints).toEqual(['authz/name']);
  });

  test('modules are used as they are', async () => {
    const { wasm } = compile([{ file: 'p.rego', text: POLICY }], { entrypoints: ['authz/allow'] });
    const manifest = '{"wasm": [{"entrypoint": "authz/allow", "module": "/policy.wasm"}]}';
    const bundle = read({ '.manifest': manifest, 'policy.wasm': wasm!, 'data.json': files['data.json'] });
    const loaded = await loadBundle(bundle);
    expect(loaded.policy('authz/allow')!.evaluate('authz/allow', { user: 'ada' })).toBe(true);
    expect(loaded.policy('authz/other')).toBeUndefined();
    const documents = await withEntrypointDocuments([bundle], bundle.data, bytes('{"user": "ada"}'), {});
    expect(dumpJson(documents)).toBe('{"admins":["ada"],"authz":{"allow":true},"n":12345678901234567890}');
  });

  test('Rego with faults is refused with its diagnostics', async () => {
    const error: unknown = await loadBundle(read({ 'p.rego': 'package a\n\nx if y\n' })).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(BundleError);
    expect((error as BundleError).code).toBe('policy_invalid');
    expect((error as BundleError).diagnostics.map(({ code }) => code)).toEqual(['rego_unsafe_var_error']);
  });
});
