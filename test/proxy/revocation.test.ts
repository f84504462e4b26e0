// Revocations by the admin API: who is refused from the next request on, which streams end at once, and what outlives the process.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRevocations } from '../../proxy/identity/revocation-file.ts';
import { Revocations, type Revocation } from '../../proxy/identity/revocations.ts';
import { tableRevocations } from '../../proxy/identity/revocation-table.ts';
import { openStore } from '../../proxy/store/open-store.ts';
import { echo, post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const directory = mkdtempSync(join(tmpdir(), 'regate-revocations-'));
const file = join(directory, 'revocations.json');
const settings = `admin: {port: 0, groups: [ops]}\nrevocations: {file: "${file}"}`;

let world: World;
beforeAll(async () => {
  world = await startWorld({
    policy: POLICY,
    settings,
    connectionsFor: (upstream) =>
      `  - {name: ends, kind: mcp, path: /mcp/ends, upstream: "${upstream}/mcp", endsWithToken: true, credential: {kind: none}}`,
  });
});
afterEach(async () => {
  world.respond = echo;
  const { revocations } = (await (await admin('GET', '')).json()) as { revocations: Revocation[] };
  for (const { id } of revocations) await admin('DELETE', `/${id}`);
});
afterAll(() => world.close());

async function admin(method: string, path: string, body?: unknown): Promise<Response> {
  const token = await world.token({ sub: 'root', groups: ['ops'], client_id: 'console' });
  return fetch(`${world.adminUrl}/v1/revocations${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function revoke(body: unknown): Promise<{ revocation: Revocation; cut: number }> {
  const answer = await admin('POST', '', body);
  expect(answer.status).toBe(201);
  return (await answer.json()) as { revocation: Revocation; cut: number };
}

const call = async (token: string): Promise<number> =>
  (await post(world, toolCall('free'), { authorization: `Bearer ${token}` })).status;

describe('refused from the next request on', () => {
  test('a token, and no other of its owner', async () => {
    const token = await world.token({ jti: 't1' });
    expect(await call(token)).toBe(200);
    const { revocation } = await revoke({ token: 't1', reason: 'leaked' });
    const answer = await post(world, toolCall('free'), { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer error="invalid_token"');
    expect(await answer.json()).toMatchObject({ error: { data: { code: 'token_revoked' } } });
    const { error, input } = world.log().at(-1)!;
    expect(error).toEqual({ code: 'token_revoked', message: `revocation ${revocation.id}` });
    // Its signature was good: whose it is is known.
    expect(input.identity).toEqual({ issuer: world.issuer, subject: 'ada', client_id: null, token_id: 't1' });
    expect(await call(await world.token({ jti: 't2' }))).toBe(200);
  });
  test('a subject, on all his tokens', async () => {
    await revoke({ subject: 'ada' });
    expect(await call(await world.token({ jti: 't1' }))).toBe(401);
    expect(await call(await world.token({ sub: 'grace' }))).toBe(200);
  });
  test('a client', async () => {
    await revoke({ client: 'agent', issuer: world.issuer });
    expect(await call(await world.token({ client_id: 'agent' }))).toBe(401);
    expect(await call(await world.token({ client_id: 'other' }))).toBe(200);
    expect(await call(await world.token())).toBe(200);
  });
  test('only what was issued before a time', async () => {
    const before = Math.floor(Date.now() / 1000) - 100;
    await revoke({ subject: 'ada', issued_before: new Date(before * 1000).toISOString() });
    expect(await call(await world.token({ iat: before - 1 }))).toBe(401);
    expect(await call(await world.token({ iat: before + 1 }))).toBe(200);
    expect(await call(await world.token({ iat: undefined }))).toBe(401);
  });
  test('until the revocation ends', async () => {
    const { revocation } = await revoke({ subject: 'ada', expires_in: 60 });
    expect(await call(await world.token())).toBe(401);
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 61_000);
    try {
      expect(await call(await world.token())).toBe(200);
      expect(await (await admin('GET', '')).json()).toEqual({ revocations: [] });
    } finally {
      clock.mockRestore();
    }
    // By the real clock it is in the file still.
    expect((await admin('DELETE', `/${revocation.id}`)).status).toBe(200);
  });
  test('until it is taken back', async () => {
    const { revocation } = await revoke({ subject: 'ada' });
    expect(await (await admin('GET', `/${revocation.id}`)).json()).toEqual({ revocation });
    expect((await admin('DELETE', `/${revocation.id}`)).status).toBe(200);
    expect((await admin('DELETE', `/${revocation.id}`)).status).toBe(404);
    expect((await admin('GET', `/${revocation.id}`)).status).toBe(404);
    expect(await call(await world.token())).toBe(200);
  });
  test('an administrator too', async () => {
    await revoke({ token: 'admin-token' });
    const token = await world.token({ jti: 'admin-token', groups: ['ops'] });
    const answer = await fetch(`${world.adminUrl}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
    expect(world.reports.at(-1)).toContain(`401 by "ada" of ${world.issuer}: token_revoked`);
  });
});

describe('open streams', () => {
  test('of the one who is revoked end at once, others go on', async () => {
    let streams: ServerResponse[] = [];
    world.respond = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
      streams = [...streams, response];
    };
    const open = async (sub: string): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
      const answer = await post(world, toolCall('free'), { authorization: `Bearer ${await world.token({ sub })}` });
      const reader = answer.body!.getReader();
      await reader.read();
      return reader;
    };
    const ada = await open('ada');
    const grace = await open('grace');
    const ended = ada.read().then(
      () => 'data',
      () => 'cut',
    );
    const upstreamEnded = new Promise((resolve) => streams[0]!.once('close', resolve));
    expect((await revoke({ subject: 'ada' })).cut).toBe(1);
    expect(await ended).toBe('cut');
    await upstreamEnded;
    streams[1]!.write('data: still\n\n');
    expect(new TextDecoder().decode((await grace.read()).value)).toContain('still');
    await grace.cancel();
  });
  test('end with their token where that is wanted, and elsewhere go on', async () => {
    world.respond = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    };
    const open = async (path: string): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
      // The clocks' tolerance is part of its life.
      const answer = await fetch(`${world.url}${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await world.token({}, { expires: -2 })}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
        },
        body: JSON.stringify(toolCall('free')),
      });
      expect(answer.status).toBe(200);
      const reader = answer.body!.getReader();
      await reader.read();
      return reader;
    };
    const [ends, goesOn] = [await open('/mcp/ends'), await open('/mcp/tools')];
    await expect(ends.read()).rejects.toThrow();
    const next = goesOn.read().catch(() => 'cut');
    expect(await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 300, 'open'))])).toBe('open');
    await goesOn.cancel();
  });
  test('and a call that still waits for its answer is told why', async () => {
    const reached = new Promise<void>((resolve) => {
      world.respond = () => resolve();
    });
    const answer = post(world, toolCall('free'));
    await reached;
    expect((await revoke({ subject: 'ada' })).cut).toBe(1);
    const { status, headers } = await answer;
    expect([status, headers.get('www-authenticate')]).toEqual([401, expect.stringContaining('invalid_token')]);
    expect(world.log().at(-1)!.error!.code).toBe('token_revoked');
  });
});

describe('kept', () => {
  test('over a restart', async () => {
    const { revocation } = await revoke({ subject: 'ada', reason: 'left' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ revocations: [revocation] });
    expect(revocation.created_by).toEqual({ issuer: world.issuer, subject: 'root' });
    const again = await Revocations.open(fileRevocations(file));
    const { issuer } = world;
    const identity = { issuer, subject: 'ada', client_id: null, token_id: null, scopes: [], groups: [], claims: {} };
    expect(again.find(identity, undefined)).toEqual(revocation);
  });
  test('each of many made at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, (_, i) => revoke({ token: `many-${i}` })));
    const { revocations } = JSON.parse(readFileSync(file, 'utf8')) as { revocations: Revocation[] };
    expect(new Set(revocations.map(({ id }) => id))).toEqual(new Set(made.map(({ revocation }) => revocation.id)));
  });
  test('or the gate does not start', async () => {
    const broken = join(directory, 'broken.json');
    writeFileSync(broken, '{"revocations": [{"id": 1}]}');
    await expect(Revocations.open(fileRevocations(broken))).rejects.toThrow('is no list of revocations');
    writeFileSync(broken, '{');
    await expect(Revocations.open(fileRevocations(broken))).rejects.toThrow();
  });
  test('in this process when the store fails, and the administrator is told', async () => {
    const kept: Revocation[] = [];
    const revocations = await Revocations.open({
      list: async () => [],
      add: () => Promise.reject(new Error('disk full')),
      remove: async () => false,
    });
    revocations.onAdded = (each) => kept.push(each);
    const revocation: Revocation = {
      id: 'r',
      kind: 'subject',
      issuer: 'i',
      value: 's',
      issued_before: null,
      expires_at: null,
      reason: null,
      created_at: new Date().toISOString(),
      created_by: { issuer: 'i', subject: 'root' },
    };
    await expect(revocations.add(revocation)).rejects.toThrow('disk full');
    expect(kept).toEqual([revocation]);
    const identity = { subject: 's', client_id: null, token_id: null, scopes: [], groups: [], claims: {} };
    expect(revocations.find({ issuer: 'i', ...identity }, undefined)).toBe(revocation);
    expect(revocations.find({ issuer: 'j', ...identity }, undefined)).toBeUndefined();
  });
  test('what another process adds is known and cuts, what it removes is over', async () => {
    let changed: (list: readonly Revocation[], askedAt: number) => void = () => {};
    const revocations = await Revocations.open({
      list: async () => [],
      add: async () => {},
      remove: async () => true,
      watch(callback) {
        changed = callback;
        return () => {};
      },
    });
    const added: string[] = [];
    revocations.onAdded = ({ id }) => added.push(id);
    const one = {
      id: 'r1',
      kind: 'client',
      issuer: 'i',
      value: 'c',
      issued_before: null,
      expires_at: null,
    } as Revocation;
    changed([one], performance.now());
    changed([one], performance.now());
    expect(added).toEqual(['r1']);
    expect(revocations.list()).toEqual([one]);
    // What this process adds, a list that was asked for before does not know.
    const before = performance.now();
    await revocations.add({ ...one, id: 'r2' });
    changed([one], before);
    expect(revocations.list().map(({ id }) => id)).toEqual(['r1', 'r2']);
    await revocations.remove('r2');
    changed([one, { ...one, id: 'r2' }], before);
    expect(revocations.list()).toEqual([one]);
    changed([], performance.now() + 1);
    expect(revocations.list()).toEqual([]);
  });
  test('in a database, by which replicas learn of each other', async () => {
    const store = await openStore({ kind: 'embedded', directory: join(directory, 'store') }, () => {});
    try {
      const [a, b] = await Promise.all([1, 2].map(() => Revocations.open(tableRevocations(store, 50))));
      const learned = new Promise<Revocation>((resolve) => {
        b!.onAdded = (each) => {
          resolve(each);
          return 0;
        };
      });
      const one: Revocation = {
        id: 'r1',
        kind: 'subject',
        issuer: 'i',
        value: 's',
        issued_before: null,
        expires_at: new Date(Date.now() + 60_000).toISOString(),
        reason: null,
        created_at: new Date().toISOString(),
        created_by: { issuer: 'i', subject: 'root' },
      };
      await a!.add(one);
      expect(await learned).toEqual(one);
      const c = await Revocations.open(tableRevocations(store));
      expect(c.list()).toEqual([one]);
      c.close();
      expect(await b!.remove('r1')).toBe(true);
      while (a!.list().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const each of [a!, b!]) each.close();
    } finally {
      await store.close();
    }
  });
  test('somewhere that cannot be asked for long: nobody passes', async () => {
    const revocations = await Revocations.open({
      list: async () => [],
      add: async () => {},
      remove: async () => true,
      watch: () => () => {},
    });
    const identity = { issuer: 'i', subject: 's', client_id: null, token_id: null, scopes: [], groups: [], claims: {} };
    expect(revocations.find(identity, undefined)).toBeUndefined();
    const now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(now + 31_000);
    try {
      expect(() => revocations.find(identity, undefined)).toThrow('cannot be checked');
    } finally {
      clock.mockRestore();
    }
  });
});

test.each([
  ['nothing', {}],
  ['two things', { token: 'a', subject: 'b' }],
  ['a number', { subject: 7 }],
  ['an empty text', { subject: '' }],
  ['an unknown field', { subject: 'a', until: 'x' }],
  ['an unknown issuer', { subject: 'a', issuer: 'https://other.example' }],
  ['a time of the past', { subject: 'a', expires_at: '2001-01-01T00:00:00Z' }],
  ['no time', { subject: 'a', expires_at: 'soon' }],
  ['two ends', { subject: 'a', expires_in: 5, expires_at: '2999-01-01T00:00:00Z' }],
  ['a life that is none', { subject: 'a', expires_in: 0 }],
  ['a list', []],
])('a revocation with %s is refused', async (_, body) => {
  const answer = await admin('POST', '', body);
  expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([400, 'invalid_request']);
});
