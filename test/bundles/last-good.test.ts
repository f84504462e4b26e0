// What is kept on disk: starts without the source, rollbacks that outlive a restart, damage.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { PolicySourceConfig } from '../../bundles/source-config.ts';
import { archiveOf, serve, startServer, status } from './bundle-server.ts';
import { answer, observe, rule, until } from './observe.ts';
import { folderWith } from './opa.ts';

const bundle = (revision: string): Uint8Array =>
  archiveOf({ 'a.rego': rule(revision), '.manifest': JSON.stringify({ revision }) });

function config(url: string, stateDirectory: string, more: Partial<PolicySourceConfig> = {}): PolicySourceConfig {
  return {
    bundles: [{ name: 'team/main', source: { kind: 'http', url, minDelayMs: 20, maxDelayMs: 40 } }],
    evaluation: { entrypoints: ['a/x'] },
    stateDirectory,
    ...more,
  };
}

/** Runs a policy source until it has had these revisions; returns where their state is. */
async function hadRevisions(...revisions: readonly string[]): Promise<{ folder: string; state: string }> {
  const folder = folderWith({});
  const server = await startServer(status(404));
  const { source } = observe(config(server.url, folder));
  for (const revision of revisions) {
    server.answer = serve(bundle(revision));
    await until(() => source.current?.revisions['team/main'] === revision);
  }
  await source.close();
  return { folder, state: join(folder, 'team%2Fmain') };
}

test('a start without the source takes what was active, and says so', async () => {
  const { folder, state } = await hadRevisions('1', '2');
  expect(
    readdirSync(state)
      .map((name) => name.replace(/^[0-9a-f]{64}/, 'HASH'))
      .sort(),
  ).toEqual(['HASH.tar.gz', 'HASH.tar.gz', 'state.json']);
  expect(readdirSync(state).map((name) => statSync(join(state, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  const server = await startServer(status(500));
  const { source, lines } = observe(config(server.url, folder));
  expect(answer(await source.ready)).toBe('2');
  expect(lines.some((line) => line.includes('revision 2, kept from before, is taken'))).toBe(true);
  expect(source.status().bundles['team/main']!.active_revision).toBe('2');
  server.answer = serve(bundle('3'));
  await until(() => source.current?.revisions['team/main'] === '3');
  expect(answer(await source.rollback('team/main', '1'))).toBe('1');
});

test('a source that has the same still is asked by ETag, and has nothing to send', async () => {
  const { folder } = await hadRevisions('1');
  const server = await startServer(serve(bundle('1')));
  const { source } = observe(config(server.url, folder));
  expect(answer(await source.ready)).toBe('1');
  expect(server.requests[0]!.headers['if-none-match']).toBeDefined();
});

test('a source that is silent is not waited for', async () => {
  const { folder } = await hadRevisions('1');
  const server = await startServer(() => {});
  const { source } = observe(config(server.url, folder, { startWaitMs: 50 }));
  expect(answer(await source.ready)).toBe('1');
});

test('a source that has a faulty bundle does not keep the old one from starting', async () => {
  const { folder } = await hadRevisions('1');
  const server = await startServer(serve(archiveOf({ 'a.rego': 'package a\n\nx := y\n' })));
  const { source } = observe(config(server.url, folder));
  expect(answer(await source.ready)).toBe('1');
  expect(source.status().bundles['team/main']!.code).toBe('bundle_error');
});

test('a rollback outlives a restart, until something else comes', async () => {
  const folder = folderWith({});
  const server = await startServer(serve(bundle('1')));
  const first = observe(config(server.url, folder)).source;
  await first.ready;
  server.answer = serve(bundle('2'));
  await until(() => first.current?.revisions['team/main'] === '2');
  await first.rollback('team/main');
  await first.close();
  const { source } = observe(config(server.url, folder));
  expect(answer(await source.ready)).toBe('1');
  await source.refresh();
  expect(answer(source.current)).toBe('1');
  // Also when the whole bundle is sent again.
  server.answer = serve(bundle('2'), { etag: '"other"' });
  await source.refresh();
  expect(answer(source.current)).toBe('1');
  server.answer = serve(bundle('3'));
  await until(() => source.current?.revisions['team/main'] === '3');
});

test('deltas are kept with what they change', async () => {
  const folder = folderWith({});
  const server = await startServer(
    serve(archiveOf({ 'a.rego': 'package a\n\nx := data.n\n', 'data.json': '{"n": 1}' })),
  );
  const first = observe(config(server.url, folder)).source;
  await first.ready;
  const patch = { data: [{ op: 'replace', path: '/n', value: 2 }] };
  server.answer = serve(archiveOf({ 'patch.json': JSON.stringify(patch), '.manifest': '{"revision": "2"}' }));
  await until(() => first.current?.revisions['team/main'] === '2');
  await first.close();
  server.answer = status(500);
  const { source } = observe(config(server.url, folder));
  expect(answer(await source.ready)).toBe(2);
});

test('a directory is kept too', async () => {
  const [folder, state] = [folderWith({ 'a.rego': rule(1) }), folderWith({})];
  const here: PolicySourceConfig = {
    bundles: [{ name: 'main', source: { kind: 'directory', directory: folder } }],
    evaluation: { entrypoints: ['a/x'] },
    stateDirectory: state,
  };
  const first = observe(here).source;
  await first.ready;
  await first.close();
  writeFileSync(join(folder, 'a.rego'), 'package a\n\nx := \n');
  const { source } = observe(here);
  expect(answer(await source.ready)).toBe(1);
});

test.each([
  ['an archive', (state: string) => readdirSync(state).find((name) => name.endsWith('.gz'))!, 'is not kept any more'],
  ['the state', () => 'state.json', 'state.json is damaged'],
])('%s that is damaged is not used', async (_, fileOf, message) => {
  const { folder, state } = await hadRevisions('1');
  const file = join(state, fileOf(state));
  const content = readFileSync(file);
  content[20]! ^= 255;
  writeFileSync(file, content.subarray(0, 60));
  const server = await startServer(status(500));
  const { source, lines } = observe(config(server.url, folder));
  await expect(source.ready).rejects.toMatchObject({ code: 'source_unavailable' });
  expect(lines.some((line) => line.includes(message))).toBe(true);
  server.answer = serve(bundle('1'));
  await until(() => source.current !== undefined);
});
