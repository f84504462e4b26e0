// The gate's policy while requests flow: reloaded from a directory, from signed bundles, refused when it is broken.
import { afterEach, expect, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeArchive } from '../../bundles/archive.ts';
import { signaturesText, signedFiles, signFiles } from '../../bundles/sign.ts';
import { type Answer, archiveOf, serve, startServer, status } from '../bundles/bundle-server.ts';
import { echo, post, startWorld, toolCall, type World } from './harness.ts';

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

async function until(isDone: () => Promise<boolean> | boolean): Promise<void> {
  const end = Date.now() + 15_000;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const rego = (action: string, reason: string): string =>
  `package gateway\n\ndecision := {"action": "${action}", "reason": "${reason}"}\n`;

async function answer(world: World): Promise<string> {
  const { result } = (await (await post(world, toolCall('x'))).json()) as {
    result: { ok?: boolean; content?: { text: string }[] };
  };
  return result.ok === true ? 'allowed' : result.content![0]!.text.replace(/ \(.*/, '');
}

const revision = (world: World): unknown => world.log().at(-1)!.bundles;

test('a directory is watched: the next request is judged by the new policy, broken ones are left out', async () => {
  const world = await startWorld({ policy: { 'gateway.rego': rego('allow', 'one') } });
  worlds.push(world);
  const file = join(world.directory, 'policy', 'gateway.rego');
  expect(await answer(world)).toBe('allowed');
  const first = revision(world);
  writeFileSync(file, rego('deny', 'two'));
  await until(async () => (await answer(world)) === 'Denied by policy: two');
  expect(revision(world)).not.toEqual(first);
  const second = revision(world);
  writeFileSync(file, 'package gateway\n\ndecision := x\n');
  await until(() => world.reports.some((line) => line.includes('stays active')));
  expect(await answer(world)).toBe('Denied by policy: two');
  expect(revision(world)).toEqual(second);
  writeFileSync(file, rego('deny', 'three'));
  await until(async () => (await answer(world)) === 'Denied by policy: three');
});

test('a request under way keeps the policy it began with, in its log line too', async () => {
  const world = await startWorld({ policy: { 'gateway.rego': rego('allow', 'one') } });
  worlds.push(world);
  await answer(world);
  const first = revision(world);
  let finish = (): void => {};
  world.respond = (request, response) => {
    finish = () => echo(request, response);
    world.respond = echo;
  };
  const slow = post(world, toolCall('x'));
  await until(() => world.seen.length === 2);
  writeFileSync(join(world.directory, 'policy', 'gateway.rego'), rego('deny', 'two'));
  await until(async () => (await answer(world)).startsWith('Denied'));
  finish();
  expect((await slow).status).toBe(200);
  expect(revision(world)).toEqual(first);
});

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' });

async function bundle(text: string, revisionText: string, key = privateKey): Promise<Uint8Array> {
  const files = Object.entries({
    '/.manifest': JSON.stringify({ revision: revisionText, roots: ['gateway'] }),
    '/gateway.rego': text,
  }).map(([name, content]) => ({ name, content: new TextEncoder().encode(content) }));
  const token = await signFiles(signedFiles(files), { key, algorithm: 'ES256', keyId: 'ops' });
  const signatures = { name: '/.signatures.json', content: new TextEncoder().encode(signaturesText(token)) };
  return writeArchive([...files, signatures]);
}

test('a signed bundle: its revision is in the log; one signed by somebody else is refused', async () => {
  const first = await bundle(rego('allow', 'one'), 'r1');
  const world = await startWorld({
    policy: {},
    source:
      '{bundles: [{name: rules, file: rules.tar.gz, verify: {keys: [{id: ops, algorithm: ES256, file: key.pem}]}}]}',
    prepare(directory) {
      writeFileSync(join(directory, 'rules.tar.gz'), first);
      writeFileSync(join(directory, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    },
  });
  worlds.push(world);
  const put = (bytes: Uint8Array): void => {
    writeFileSync(join(world.directory, 'new'), bytes);
    renameSync(join(world.directory, 'new'), join(world.directory, 'rules.tar.gz'));
  };
  expect(await answer(world)).toBe('allowed');
  expect(revision(world)).toEqual({ rules: { revision: 'r1' } });
  put(await bundle(rego('deny', 'forged'), 'r2', other.privateKey));
  await until(() => world.reports.some((line) => /signature_invalid.*r1 stays active/.test(line)));
  expect(await answer(world)).toBe('allowed');
  put(await bundle(rego('deny', 'two'), 'r3'));
  await until(async () => (await answer(world)) === 'Denied by policy: two');
  expect(revision(world)).toEqual({ rules: { revision: 'r3' } });
});

test('a bundle server: what it has signed takes force as it comes, and nothing else does', async () => {
  const server = await startServer(status(404));
  const world = await startWorld({
    policy: {},
    source: `{startWaitMs: 0, bundles: [{name: rules, url: "${server.url}", polling: {minDelayMs: 100, maxDelayMs: 100}, verify: {keys: [{id: ops, algorithm: ES256, file: key.pem}]}}]}`,
    prepare: (directory) =>
      writeFileSync(join(directory, 'key.pem'), publicKey.export({ type: 'spki', format: 'pem' })),
  });
  worlds.push(world);
  const failures = (): number => world.gate.policy.failures;
  const polled = async (): Promise<void> => {
    const before = server.requests.length;
    // The answer to the first may have been given before.
    await until(() => server.requests.length > before + 1);
  };
  // Without a policy nothing passes.
  const early = await post(world, toolCall('x'));
  expect([early.status, await early.json()]).toMatchObject([503, { error: { data: { code: 'policy_unavailable' } } }]);
  expect(world.seen).toEqual([]);

  server.answer = serve(await bundle(rego('allow', 'one'), 'r1'));
  await until(() => world.gate.policy.current !== undefined);
  expect(await answer(world)).toBe('allowed');
  expect(revision(world)).toEqual({ rules: { revision: 'r1' } });
  await polled();
  expect(server.requests.at(-1)!.headers['if-none-match']).toMatch(/^"/);

  const good = await bundle(rego('deny', 'good'), 'r2');
  const bad: readonly (readonly [RegExp, Answer])[] = [
    [/signature_invalid/, serve(await bundle(rego('deny', 'forged'), 'r2', other.privateKey))],
    [/signature_missing/, serve(archiveOf({ 'gateway.rego': rego('deny', 'unsigned') }))],
    [/policy_invalid/, serve(await bundle('package gateway\n\ndecision := x\n', 'r2'))],
    [/archive_/, (response) => response.end(good.subarray(0, good.length - 20))],
    [/Internal Server Error/, status(500)],
  ];
  for (const [fault, reply] of bad) {
    const [before, said] = [failures(), world.reports.length];
    server.answer = reply;
    await until(() => failures() > before);
    expect(world.reports.slice(said).join('\n')).toMatch(fault);
    expect(await answer(world)).toBe('allowed');
    expect(revision(world)).toEqual({ rules: { revision: 'r1' } });
  }

  server.answer = serve(good);
  await until(async () => (await answer(world)) === 'Denied by policy: good');
  expect(revision(world)).toEqual({ rules: { revision: 'r2' } });
});

test('administrators put an earlier policy back in force', async () => {
  const world = await startWorld({
    policy: { 'gateway.rego': rego('allow', 'one') },
    settings: 'admin: {port: 0, requiredScopes: [admin]}',
  });
  worlds.push(world);
  const token = await world.token({ scope: 'admin' });
  const admin = async (path: string, body?: unknown): Promise<{ status: number; json: Record<string, unknown> }> => {
    const found = await fetch(`${world.adminUrl}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: found.status, json: (await found.json()) as Record<string, unknown> };
  };
  expect(await answer(world)).toBe('allowed');
  const [bundle] = Object.keys(revision(world) as object);
  writeFileSync(join(world.directory, 'policy', 'gateway.rego'), rego('deny', 'two'));
  await until(async () => (await answer(world)) === 'Denied by policy: two');
  expect((await admin('/v1/policy/rollback', { bundle })).status).toBe(200);
  expect(await answer(world)).toBe('allowed');
  expect(await admin('/v1/policy/refresh')).toMatchObject({ status: 200 });
  expect(await answer(world)).toBe('allowed');
  for (const wrong of [
    { bundle: 'none' },
    { bundle, revision: 'none' },
    { bundle: 7 },
    { bundle, force: true },
    undefined,
  ])
    expect(await admin('/v1/policy/rollback', wrong)).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    });
  expect(await answer(world)).toBe('allowed');
});
