// What upstreams see in the caller's place: tokens of the gate's own and exchanged ones, renewed, shared and never the caller's.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { RenewedToken } from '../../proxy/upstream/renewed-token.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});
const directory = mkdtempSync(join(tmpdir(), 'regate-credentials-'));
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
writeFileSync(
  join(directory, 'key.jwk'),
  JSON.stringify({ ...pair.privateKey.export({ format: 'jwk' }), kid: 'from-file' }),
);

async function setUp(
  kind: string,
  more = '',
  mount = 'kind: mcp, path: /mcp/own',
): Promise<{ idp: AuthorizationServer; world: World }> {
  const idp = await startAuthorizationServer();
  let made = 0;
  idp.onToken = () => ({ body: { access_token: `upstream-${++made}`, token_type: 'Bearer', expires_in: 300 } });
  const client = 'client: {id: gate, method: client_secret_post, secret: {env: UPSTREAM}}';
  const world = await startWorld({
    policy: {
      ...POLICY,
      'own.rego': 'package gateway\n\ndecision := {"action": "allow"} if input.request.path == "/own"\n',
    },
    connectionsFor: (upstream) =>
      `  - {name: own, ${mount}, upstream: "${upstream}/mcp", credential: {kind: ${kind}, issuer: "${idp.issuer}", scopes: [read, write], ${more === '' ? client : more}}}`,
  });
  closing.push(idp, world);
  return { idp, world };
}

async function call(world: World, token?: string, tool = 'free'): Promise<Response> {
  return fetch(`${world.url}/mcp/own`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token ?? (await world.token())}`,
    },
    body: JSON.stringify(toolCall(tool)),
  });
}

const shown = (world: World): readonly (string | undefined)[] => world.seen.map(({ headers }) => headers.authorization);

test('a name and password, out of a file', async () => {
  writeFileSync(join(directory, 'password'), 'p:a ss\n');
  const world = await startWorld({
    policy: POLICY,
    connectionsFor: (upstream) =>
      `  - {name: own, kind: mcp, path: /mcp/own, upstream: "${upstream}/mcp", credential: {kind: basic, username: gate, password: {file: "${directory}/password"}}}`,
  });
  closing.push(world);
  expect((await call(world)).status).toBe(200);
  expect(shown(world)).toEqual([`Basic ${Buffer.from('gate:p:a ss').toString('base64')}`]);
});

describe('client credentials', () => {
  test('are asked for once, and shown to the upstream', async () => {
    const { idp, world } = await setUp('client_credentials');
    const answers = await Promise.all(Array.from({ length: 10 }, () => call(world)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(shown(world))).toEqual(new Set(['Bearer upstream-1']));
    expect(idp.count('/token')).toBe(1);
    const { form } = idp.asked.find(({ path }) => path === '/token')!;
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'client_credentials',
      scope: 'read write',
      client_id: 'gate',
      client_secret: 'upstream-secret-5f3a',
    });
    expect(JSON.stringify(world.log())).not.toContain('upstream-1');
  });
  test('with a key out of a file', async () => {
    const { idp, world } = await setUp(
      'client_credentials',
      `client: {id: gate, method: private_key_jwt, key: {file: "${directory}/key.jwk"}}, resource: "https://api.example"`,
    );
    idp.onToken = async (form) => {
      const { protectedHeader } = await jwtVerify(form.get('client_assertion')!, pair.publicKey, {
        issuer: 'gate',
        audience: idp.issuer,
      });
      expect(protectedHeader).toEqual({ alg: 'RS256', kid: 'from-file' });
      expect(form.get('resource')).toBe('https://api.example');
      return { body: { access_token: 'by-key', token_type: 'bearer', expires_in: '300' } };
    };
    expect((await call(world)).status).toBe(200);
    expect(shown(world)).toEqual(['Bearer by-key']);
  });
  test('that are refused where bodies pass unread are new for the next request', async () => {
    const { world } = await setUp('client_credentials', '', 'kind: http, inspection: headers, path: /own');
    const { respond } = world;
    world.respond = (request, response) => {
      if (request.headers.authorization === 'Bearer upstream-1') response.writeHead(401).end();
      else respond(request, response);
    };
    const get = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${await world.token({ scope: 'x' })}` };
      return (await fetch(`${world.url}/own`, { headers })).status;
    };
    expect([await get(), await get()]).toEqual([502, 200]);
    expect(shown(world)).toEqual(['Bearer upstream-1', 'Bearer upstream-2']);
  });
  test('are not asked for when the call is denied', async () => {
    const { idp, world } = await setUp('client_credentials');
    await call(world, undefined, 'forbidden');
    expect(idp.count('/token')).toBe(0);
  });
  test('that the upstream refuses are renewed once', async () => {
    const { idp, world } = await setUp('client_credentials');
    const { respond } = world;
    world.respond = (request, response) => {
      if (request.headers.authorization === 'Bearer upstream-1') response.writeHead(401).end();
      else respond(request, response);
    };
    expect((await call(world)).status).toBe(200);
    expect(shown(world)).toEqual(['Bearer upstream-1', 'Bearer upstream-2']);
    world.respond = (_request, response) => void response.writeHead(401).end();
    const answer = await call(world);
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining('upstream_answer_refused')]);
    // One that refuses every token does not make the gate ask for one with every call.
    expect(idp.count('/token')).toBe(2);
  });
  test.each([
    ['an error', { status: 400, body: { error: 'invalid_client' } }],
    ['a fault', { status: 500, body: {} }],
    ['no token', { body: { token_type: 'Bearer' } }],
    ['a token that no header can hold', { body: { access_token: 'a\r\nb', token_type: 'Bearer' } }],
    ['another kind of token', { body: { access_token: 'a', token_type: 'DPoP' } }],
    ['a token that has ended', { body: { access_token: 'a', token_type: 'Bearer', expires_in: 0 } }],
  ])('with %s: no call, and nothing said of it', async (_, answer) => {
    const { idp, world } = await setUp('client_credentials');
    idp.onToken = () => answer;
    const got = await call(world);
    expect(got.status).toBe(502);
    const text = await got.text();
    expect(text).toContain('credential_unavailable');
    expect(text).not.toContain(idp.issuer);
    expect(world.seen).toEqual([]);
    // Others fail at once meanwhile, and the server is left alone.
    await call(world);
    expect(idp.count('/token')).toBe(1);
  });
});

describe('token exchange', () => {
  test('gives each caller his own, and each of his tokens its own', async () => {
    const { idp, world } = await setUp(
      'token_exchange',
      'audience: api, client: {id: gate, method: client_secret_basic, secret: {env: UPSTREAM}}',
    );
    idp.onToken = (form) => {
      const { sub, scope } = JSON.parse(
        Buffer.from(form.get('subject_token')!.split('.')[1]!, 'base64url').toString(),
      ) as Record<string, string>;
      return { body: { access_token: `for-${sub}-${scope}`, token_type: 'Bearer', expires_in: 300 } };
    };
    const ada = await world.token({ sub: 'ada', scope: 'one' });
    const more = await world.token({ sub: 'ada', scope: 'two' });
    const grace = await world.token({ sub: 'grace', scope: 'one' });
    for (const token of [ada, ada, more, grace, ada]) expect((await call(world, token)).status).toBe(200);
    expect(shown(world)).toEqual([
      'Bearer for-ada-one',
      'Bearer for-ada-one',
      'Bearer for-ada-two',
      'Bearer for-grace-one',
      'Bearer for-ada-one',
    ]);
    expect(idp.count('/token')).toBe(3);
    expect(Object.fromEntries(idp.asked.find(({ path }) => path === '/token')!.form)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: ada,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'read write',
      audience: 'api',
    });
    expect(JSON.stringify(world.seen)).not.toContain(ada);
    expect(JSON.stringify(world.log())).not.toContain(ada);
  });
  test('that is refused is the caller’s denial', async () => {
    const { idp, world } = await setUp('token_exchange');
    idp.onToken = () => ({ status: 400, body: { error: 'invalid_target' } });
    const answer = await call(world);
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('credential_refused')]);
    expect(world.log().at(-1)!.error!.message).toBe('credential of own: invalid_target');
    expect(world.seen).toEqual([]);
  });
});

describe('a renewed token', () => {
  const token = (lives: readonly number[]): { fetched: () => number; token: RenewedToken } => {
    let count = 0;
    const renewed = new RenewedToken(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { value: `t${++count}`, lifeMs: lives[count - 1] ?? 60_000 };
    });
    return { fetched: () => count, token: renewed };
  };
  test('is fetched anew while the old one still serves', async () => {
    const { fetched, token: renewed } = token([60_000]);
    const now = performance.now.bind(performance);
    expect(await renewed.get()).toBe('t1');
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 45_000);
    try {
      expect(await renewed.get()).toBe('t1');
      expect(fetched()).toBe(1);
      clock.mockImplementation(() => now() + 50_000);
      expect(await renewed.get()).toBe('t1');
      while (fetched() < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(await renewed.get()).toBe('t2');
      expect(fetched()).toBe(2);
    } finally {
      clock.mockRestore();
    }
  });
  test('is fetched once by all who find it ended', async () => {
    const { fetched, token: renewed } = token([20]);
    await renewed.get();
    await new Promise((resolve) => setTimeout(resolve, 30));
    const got = await Promise.all(Array.from({ length: 50 }, () => renewed.get()));
    expect(new Set(got)).toEqual(new Set(['t2']));
    expect(fetched()).toBe(2);
  });
  test('that was refused gives way, but its successor does not', async () => {
    const { fetched, token: renewed } = token([]);
    await renewed.get();
    expect(renewed.drop('t1')).toBe(true);
    expect(await renewed.get()).toBe('t2');
    expect(renewed.drop('t1')).toBe(true);
    expect(await renewed.get()).toBe('t2');
    expect(renewed.drop('t2')).toBe(false);
    expect(await renewed.get()).toBe('t2');
    expect(fetched()).toBe(2);
  });
});
