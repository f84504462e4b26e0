// Policy sources: directories and files, several bundles at once, faults, rollback, status.
import { closeSync, openSync, renameSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { PolicySourceConfig } from '../../bundles/source-config.ts';
import { archiveOf } from './bundle-server.ts';
import { answer, observe, rule, until } from './observe.ts';
import { addFiles, folderWith } from './opa.ts';

function directory(folder: string, more: Partial<PolicySourceConfig> = {}): PolicySourceConfig {
  return { bundles: [{ name: 'main', source: { kind: 'directory', directory: folder } }], ...more };
}

describe('a directory', () => {
  const evaluation = { entrypoints: ['a/x'], optionalEntrypoints: ['system/log/mask'] };

  test('is compiled, watched, and swapped whole', async () => {
    const folder = folderWith({ 'a.rego': rule(1), 'a_test.rego': 'package a\n\ntest_x if x == 1\n' });
    const { source, activations } = observe(directory(folder, { evaluation }));
    const first = await source.ready;
    expect([answer(first), first.entrypoints, source.current === first]).toEqual([1, ['a/x'], true]);
    writeFileSync(join(folder, 'a.rego'), rule(2));
    await until(() => source.current !== first);
    // What was taken before stays what it was.
    expect([answer(first), answer(source.current), activations.length]).toEqual([1, 2, 2]);
    expect(source.current!.digest).not.toBe(first.digest);
  });

  test('data alone compiles nothing; what is optional is there when it has rules', async () => {
    const mask = 'package system.log\n\nmask contains "/input/secret"\n';
    const folder = folderWith({ 'a.rego': 'package a\n\nx := data.n\n', 'mask.rego': mask, 'data.json': '{"n": 1}' });
    const { source, lines } = observe(directory(folder, { evaluation }));
    const first = await source.ready;
    expect([answer(first), first.entrypoints]).toEqual([1, ['a/x', 'system/log/mask']]);
    writeFileSync(join(folder, 'data.json'), '{"n": 2}');
    await until(() => source.current !== first);
    expect(answer(source.current)).toBe(2);
    expect(lines.map((line) => /\((.*)\)$/.exec(line)?.[1])).toEqual(['compiled', 'nothing to compile']);
  });

  test('a fault keeps what is active and says why', async () => {
    const folder = folderWith({ 'a.rego': rule(1) });
    const { source, lines, levels } = observe(directory(folder, { evaluation }));
    const first = await source.ready;
    writeFileSync(join(folder, 'a.rego'), 'package a\n\nx := y\n');
    await until(() => lines.length > 1);
    expect(levels).toEqual(['info', 'error']);
    expect(lines[1]).toMatch(
      /^bundle main: policy_invalid: .*a\.rego:3: rego_unsafe_var_error: var y is unsafe.* stays active$/s,
    );
    const status = source.status().bundles['main']!;
    expect([status.code, status.active_revision, status.errors]).toEqual([
      'bundle_error',
      first.revisions['main'],
      [{ code: 'rego_unsafe_var_error', message: 'var y is unsafe', location: { file: 'a.rego', row: 3, col: 6 } }],
    ]);
    expect(source.current).toBe(first);
    writeFileSync(join(folder, 'a.rego'), rule(3));
    await until(() => source.current !== first);
    expect(source.status().bundles['main']!.code).toBeUndefined();
  });

  test('a start without a usable policy rejects, and recovers', async () => {
    const folder = folderWith({ 'a.rego': 'package b\n\nx := 1\n' });
    const { source } = observe(directory(folder, { evaluation }));
    await expect(source.ready).rejects.toMatchObject({
      code: 'entrypoint_invalid',
      message: expect.stringContaining('a/x'),
    });
    expect(source.current).toBeUndefined();
    writeFileSync(join(folder, 'a.rego'), rule(1));
    await until(() => source.current !== undefined);
    expect(answer(source.current)).toBe(1);
  });

  test('rollback goes back until something else comes', async () => {
    const folder = folderWith({ 'a.rego': rule(1) });
    const { source } = observe(directory(folder, { evaluation }));
    await source.ready;
    for (const value of [2, 3]) {
      const before = source.current;
      writeFileSync(join(folder, 'a.rego'), rule(value));
      await until(() => source.current !== before);
    }
    expect(answer(await source.rollback('main'))).toBe(2);
    expect(answer(await source.rollback('main'))).toBe(1);
    await expect(source.rollback('main')).rejects.toMatchObject({ code: 'not_available' });
    await source.refresh();
    expect([answer(source.current), source.versions('main').map(({ isActive }) => isActive)]).toEqual([
      1,
      [false, false, true],
    ]);
    expect(answer(await source.rollback('main', source.versions('main')[0]!.revision))).toBe(3);
  });
});

describe('several bundles', () => {
  test('are one policy, and none before all are there', async () => {
    const folder = folderWith({
      'rules/.manifest': '{"revision": "r1", "roots": ["a"]}',
      'rules/a.rego': 'package a\n\nx := data.lib.double(data.lib.n)\n',
      'lib/.manifest': '{"revision": "l1", "roots": ["lib"]}',
      'lib/lib/data.json': '{"n": 4}',
    });
    const { source, lines } = observe({
      bundles: ['rules', 'lib'].map((name) => ({ name, source: { kind: 'directory', directory: join(folder, name) } })),
      evaluation: { entrypoints: ['a/x'] },
    });
    await expect(source.ready).rejects.toMatchObject({ code: 'policy_invalid' });
    addFiles(folder, { 'lib/lib.rego': 'package lib\n\ndouble(n) := 2 * n\n' });
    await until(() => source.current !== undefined);
    expect([answer(source.current), source.current!.revisions]).toEqual([8, { rules: 'r1', lib: 'l1' }]);
    // One that takes the other's documents is refused.
    writeFileSync(join(folder, 'lib/.manifest'), '{"revision": "l2", "roots": ["lib", "a/y"]}');
    await until(() => lines.some((line) => line.includes('roots_conflict')));
    expect(source.current!.revisions).toEqual({ rules: 'r1', lib: 'l1' });
  });

  test('what only works together is taken together', async () => {
    const folder = folderWith({
      'rules/.manifest': '{"revision": "r1", "roots": ["a"]}',
      'rules/a.rego': 'package a\n\nx := data.lib.f(1)\n',
      'lib/.manifest': '{"revision": "l1", "roots": ["lib"]}',
      'lib/lib.rego': 'package lib\n\nf(n) := n\n',
    });
    const { source, lines } = observe({
      bundles: ['rules', 'lib'].map((name) => ({ name, source: { kind: 'directory', directory: join(folder, name) } })),
      evaluation: { entrypoints: ['a/x'] },
    });
    await until(() => source.current !== undefined);
    addFiles(folder, {
      'lib/lib.rego': 'package lib\n\ng(n) := n + 1\n',
      'lib/.manifest': '{"revision": "l2", "roots": ["lib"]}',
    });
    await until(() => lines.some((line) => line.includes('undefined function data.lib.f')));
    expect(source.current!.revisions).toEqual({ rules: 'r1', lib: 'l1' });
    addFiles(folder, {
      'rules/a.rego': 'package a\n\nx := data.lib.g(1)\n',
      'rules/.manifest': '{"revision": "r2", "roots": ["a"]}',
    });
    await until(() => source.current!.revisions['rules'] === 'r2');
    expect([answer(source.current), source.current!.revisions]).toEqual([2, { rules: 'r2', lib: 'l2' }]);
  });
});

describe('a bundle file', () => {
  test('is read again when it is replaced', async () => {
    const folder = folderWith({ 'b.tar.gz': archiveOf({ 'a.rego': rule(1), '.manifest': '{"revision": "1"}' }) });
    const file = join(folder, 'b.tar.gz');
    const { source, lines } = observe({
      bundles: [{ name: 'main', source: { kind: 'file', file } }],
      evaluation: { entrypoints: ['a/x'] },
    });
    expect(answer(await source.ready)).toBe(1);
    writeFileSync(join(folder, 'next'), archiveOf({ 'a.rego': rule(2), '.manifest': '{"revision": "2"}' }));
    renameSync(join(folder, 'next'), file);
    await until(() => source.current!.revisions['main'] === '2');
    writeFileSync(file, archiveOf({ 'a.rego': rule(3) }).subarray(0, 80));
    await until(() => lines.some((line) => line.includes('archive_invalid')));
    rmSync(file);
    await until(() => lines.some((line) => line.includes('source_unavailable')));
    expect(answer(source.current)).toBe(2);
  });
});

describe('what is written', () => {
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const evaluation = { entrypoints: ['a/x'] };

  test('in pieces is seen once, when it is whole', async () => {
    const folder = folderWith({ 'a.rego': rule(1) });
    const { source, lines, activations } = observe(directory(folder, { evaluation }));
    await source.ready;
    const text = `package a\n\n${Array.from({ length: 40 }, (_, i) => `f${i} := "${'-'.repeat(30)}"\n`).join('\n')}\nx := 2\n`;
    const file = openSync(join(folder, 'a.rego'), 'w');
    for (let at = 0; at < text.length; at += 250) {
      writeSync(file, text.slice(at, at + 250));
      await sleep(90);
    }
    closeSync(file);
    await until(() => activations.length === 2);
    await sleep(500);
    expect([answer(source.current), activations.length, lines.length]).toEqual([2, 2, 2]);
  });

  test('beside it and renamed, as editors do, is seen once', async () => {
    const folder = folderWith({ 'a.rego': rule(1) });
    const { source, lines, activations } = observe(directory(folder, { evaluation }));
    await source.ready;
    for (const value of [2, 3]) {
      // vim: a probe, a backup by renaming, the new file, the backup away.
      writeFileSync(join(folder, '4913'), '');
      rmSync(join(folder, '4913'));
      renameSync(join(folder, 'a.rego'), join(folder, 'a.rego~'));
      writeFileSync(join(folder, 'a.rego'), rule(value));
      rmSync(join(folder, 'a.rego~'));
      await until(() => activations.length === value);
      await sleep(300);
    }
    // Others write a file of another name and rename it.
    writeFileSync(join(folder, '.a.rego.tmp'), rule(4));
    renameSync(join(folder, '.a.rego.tmp'), join(folder, 'a.rego'));
    await until(() => activations.length === 4);
    await sleep(300);
    expect([answer(source.current), activations.length, lines.length]).toEqual([4, 4, 4]);
  });

  test('without a change of content is no change', async () => {
    const folder = folderWith({ 'a.rego': rule(1) });
    const { source, lines, events } = observe(directory(folder, { evaluation }));
    await source.ready;
    const before = events.length;
    writeFileSync(join(folder, 'a.rego'), rule(1));
    writeFileSync(join(folder, 'notes.txt'), 'nothing\n');
    await until(() => events.length > before);
    await sleep(200);
    expect(lines).toHaveLength(1);
  });

  test('as a new folder with files in it is seen', async () => {
    const folder = folderWith({ 'a.rego': 'package a\n\nx := data.b.y\n', 'b/data.json': '{"y": 1}' });
    const { source } = observe(directory(folder, { evaluation }));
    await source.ready;
    rmSync(join(folder, 'b'), { recursive: true });
    addFiles(folder, { 'new/b.rego': 'package b\n\ny := 2\n' });
    await until(() => answer(source.current) === 2);
  });
});

test('a ConfigMap swap is seen once', async () => {
  const folder = folderWith({ '..1/a.rego': rule(1), '..1/b.rego': 'package b\n\ny := 1\n' });
  symlinkSync('..1', join(folder, '..data'));
  for (const name of ['a.rego', 'b.rego']) symlinkSync(`..data/${name}`, join(folder, name));
  const { source, lines, activations } = observe(directory(folder, { evaluation: { entrypoints: ['a/x', 'b/y'] } }));
  await source.ready;
  for (const value of [2, 3]) {
    const before = source.current;
    addFiles(folder, { [`..${value}/a.rego`]: rule(value), [`..${value}/b.rego`]: `package b\n\ny := ${value}\n` });
    symlinkSync(`..${value}`, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    rmSync(join(folder, `..${value - 1}`), { recursive: true });
    await until(() => source.current !== before);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([answer(source.current), answer(source.current, 'b/y'), activations.length]).toEqual([value, value, value]);
  }
  expect(lines).toHaveLength(3);
});
