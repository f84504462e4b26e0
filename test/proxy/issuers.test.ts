// Issuers: where their metadata are, keys that change, what their tokens look like, and how much of them is believed for how long.
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { readEndpoint } from '../../proxy/oauth/server-metadata.ts';
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server.ts';
import { post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0)) await each.close();
});

async function server(...options: Parameters<typeof startAuthorizationServer>): Promise<AuthorizationServer> {
  const started = await startAuthorizationServer(...options);
  closing.push(started);
  return started;
}

async function gate(...entries: readonly string[]): Promise<World> {
  const world = await startWorld({ policy: POLICY, issuers: entries.map((entry) => `  - {${entry}}`).join('\n') });
  closing.push(world);
  return world;
}

const entry = ({ issuer }: AuthorizationServer, more = ''): string =>
  `issuer: "${issuer}", audience: ["https://gate.example"], algorithms: [ES256, RS256]${more === '' ? '' : `, ${more}`}`;

const call = async (world: World, token: string): Promise<number> =>
  (await post(world, toolCall('free'), { authorization: `Bearer ${token}` })).status;

const why = (world: World): string => world.log().at(-1)!.error!.message;

describe('metadata', () => {
  test.each([
    ['oidc', ''],
    ['oauth', ''],
    ['oidc', '/tenant/a'],
    ['oauth', '/tenant/a'],
    ['inserted', '/tenant/a'],
  ] as const)('%s at "%s"', async (place, path) => {
    const idp = await server(path, place);
    const world = await gate(entry(idp));
    expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(200);
    expect(world.log().at(-1)!.input.identity).toMatchObject({ issuer: idp.issuer, subject: 'ada' });
  });
  test('of another issuer are refused', async () => {
    const idp = await server('', 'oidc', { issuer: 'https://evil.example' });
    const world = await gate(entry(idp));
    expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(503);
    expect(why(world)).toContain('another issuer');
  });
  test.each([
    ['https://idp.example', 'https://keys.example/jwks', true],
    ['http://127.0.0.1:1', 'http://127.0.0.1:2/jwks', true],
    ['http://127.0.0.1:1', 'https://keys.example/jwks', true],
    ['https://idp.example', 'http://127.0.0.1:2/jwks', false],
    ['https://idp.example', 'http://localhost:2/jwks', false],
    ['https://idp.example', 'http://keys.example/jwks', false],
    ['https://idp.example', 'file:///etc/passwd', false],
    ['https://idp.example', '/jwks', false],
    ['https://idp.example', 7, false],
  ])('of %s may name %s: %s', (issuer, uri, isGood) => {
    const read = (): string | undefined => readEndpoint({ jwks_uri: uri }, 'jwks_uri', issuer);
    if (isGood) expect(read()).toBe(uri);
    else expect(read).toThrow('no acceptable jwks_uri');
  });
  test('with keys elsewhere than https are refused', async () => {
    const idp = await server('', 'oidc', { jwks_uri: 'http://keys.example/jwks' });
    const world = await gate(entry(idp));
    expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(503);
    expect(why(world)).toContain('no acceptable jwks_uri');
  });
});

test('a token for one connection is good for no other, where audiences are narrowed', async () => {
  const idp = await server();
  const world = await startWorld({
    policy: POLICY,
    issuers: `  - {${entry(idp).replace('["https://gate.example"]', '["https://gate.example/a", "https://gate.example"]')}}`,
    connectionsFor: (upstream) =>
      `  - {name: a, kind: mcp, path: /a, upstream: "${upstream}/mcp", audience: "https://gate.example/a", credential: {kind: none}}`,
  });
  closing.push(world);
  const at = async (aud: string | readonly string[]): Promise<number> => {
    const answer = await fetch(`${world.url}/a`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await idp.sign({ aud: aud as string })}`,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: JSON.stringify(toolCall('free')),
    });
    return answer.status;
  };
  expect(await at('https://gate.example/a')).toBe(200);
  expect(await at(['x', 'https://gate.example/a'])).toBe(200);
  expect(await at('https://gate.example')).toBe(401);
  expect(why(world)).toBe('for another connection');
});

test('each issuer speaks for itself only', async () => {
  const [a, b] = [await server(), await server()];
  const world = await gate(entry(a), entry(b));
  expect(await call(world, await a.sign({ scope: 'mcp' }))).toBe(200);
  expect(await call(world, await b.sign({ scope: 'mcp' }))).toBe(200);
  expect(await call(world, await a.sign({ scope: 'mcp', iss: b.issuer }))).toBe(401);
});

describe('keys', () => {
  test('a new one is found though the set was fetched a moment ago', async () => {
    const idp = await server();
    const world = await gate(entry(idp));
    expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(200);
    idp.addKey('k2');
    expect(await call(world, await idp.sign({ scope: 'mcp' }, { typ: 'at+jwt' }, 'k2'))).toBe(200);
    idp.addKey('k3');
    // All at once: they share one fetch, and none is refused.
    const token = await idp.sign({ scope: 'mcp' }, { typ: 'at+jwt' }, 'k3');
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(world, token)));
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(idp.count('/jwks')).toBeLessThanOrEqual(4);
  });
  test('one that was withdrawn is not believed any longer, not even for tokens already verified', async () => {
    const idp = await server();
    const world = await gate(entry(idp));
    const old = await idp.sign({ scope: 'mcp' });
    expect(await call(world, old)).toBe(200);
    idp.addKey('k2');
    idp.publish('k2');
    expect(await call(world, await idp.sign({ scope: 'mcp' }))).toBe(200);
    expect(await call(world, old)).toBe(401);
  });
  test('made-up key ids do not make the gate hammer the issuer', async () => {
    const idp = await server();
    const world = await gate(entry(idp));
    const tokens = await Promise.all(
      Array.from({ length: 40 }, (_, i) => idp.sign({ scope: 'mcp' }, { typ: 'at+jwt', kid: `none${i}` })),
    );
    const started = performance.now();
    expect(new Set(await Promise.all(tokens.map((token) => call(world, token))))).toEqual(new Set([401]));
    const seconds = (performance.now() - started) / 1000;
    expect(idp.count('/jwks')).toBeLessThanOrEqual(2 + seconds);
  });
  test('a set is not believed beyond its life when the issuer is gone', async () => {
    const idp = await server();
    const world = await gate(entry(idp, 'jwksCacheSeconds: 100'));
    const token = await idp.sign({ scope: 'mcp' });
    expect(await call(world, token)).toBe(200);
    idp.isDown = true;
    expect(await call(world, token)).toBe(200);
    const now = performance.now.bind(performance);
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now() + 90_000);
    try {
      expect(await call(world, token)).toBe(200);
      clock.mockImplementation(() => now() + 101_000);
      expect(await call(world, token)).toBe(503);
    } finally {
      clock.mockRestore();
    }
  });
  test('several of a kind and a token without kid', async () => {
    const idp = await server();
    idp.addKey('k2');
    const world = await gate(entry(idp));
    expect(await call(world, await idp.sign({ scope: 'mcp' }, { typ: 'at+jwt', kid: undefined }, 'k1'))).toBe(200);
    idp.addKey('k3', false);
    expect(await call(world, await idp.sign({ scope: 'mcp' }, { typ: 'at+jwt', kid: undefined }, 'k3'))).toBe(401);
  });
  test('of another algorithm than is allowed', async () => {
    const idp = await server();
    idp.addKey('rsa', true, 'rsa');
    const world = await gate(entry(idp).replace('[ES256, RS256]', '[ES256]'));
    expect(await call(world, await idp.sign({ scope: 'mcp' }, { typ: 'at+jwt' }, 'rsa'))).toBe(401);
    expect(why(world)).toBe('its algorithm is not one of those configured');
  });
});

describe('tokens', () => {
  test("of Okta's shape", async () => {
    const idp = await server('/oauth2/aus1');
    const world = await gate(entry(idp, 'typ: null'));
    const claims = {
      ver: 1,
      jti: 'AT.1',
      cid: '0oa1',
      uid: '00u1',
      scp: ['mcp', 'other'],
      groups: ['Everyone', 'a b'],
    };
    expect(await call(world, await idp.sign(claims, {}))).toBe(200);
    expect(world.log().at(-1)!.input.identity).toMatchObject({
      subject: 'ada',
      client_id: '0oa1',
      scopes: ['mcp', 'other'],
      groups: ['Everyone', 'a b'],
      token_id: 'AT.1',
    });
    // Where no type is expected, a token of another kind is not taken for an access token.
    expect(await call(world, await idp.sign(claims, { typ: 'dpop+jwt' }))).toBe(401);
  });
  test('of types in a list, however they are written', async () => {
    const idp = await server();
    const world = await gate(entry(idp, 'typ: [at+jwt, null]'));
    for (const typ of ['at+jwt', 'application/at+jwt', 'AT+JWT', undefined])
      expect(await call(world, await idp.sign({ scope: 'mcp' }, { typ }))).toBe(200);
    expect(await call(world, await idp.sign({ scope: 'mcp' }, { typ: 'JWT' }))).toBe(401);
  });
  test('with claims by other names, and inside others', async () => {
    const idp = await server();
    const names =
      'claims: {subject: [email, sub], clientId: app, scopes: perms, groups: /realm_access/roles, tokenId: /a~1b/0}';
    const world = await gate(entry(idp, names));
    const claims = { app: 'x', perms: 'mcp', realm_access: { roles: ['r'] }, 'a/b': ['id'] };
    expect(await call(world, await idp.sign({ ...claims, email: 'ada@example' }))).toBe(200);
    expect(world.log().at(-1)!.input.identity).toMatchObject({
      subject: 'ada@example',
      client_id: 'x',
      scopes: ['mcp'],
      groups: ['r'],
      token_id: 'id',
    });
    expect(await call(world, await idp.sign(claims))).toBe(200);
    expect(world.log().at(-1)!.input.identity!.subject).toBe('ada');
  });
  test('without a required claim, or of another client', async () => {
    const idp = await server();
    const world = await gate(
      entry(idp, 'requiredClaims: {org: [acme, "acme-*"], sub: "spiffe://prod/*", level: "2"}, clients: [agent]'),
    );
    const good = { scope: 'mcp', org: 'acme', sub: 'spiffe://prod/a', level: 2, azp: 'agent' };
    expect(await call(world, await idp.sign(good))).toBe(200);
    expect(await call(world, await idp.sign({ ...good, org: ['x', 'acme-labs'] }))).toBe(200);
    for (const change of [{ org: 'evil' }, { org: undefined }, { sub: 'spiffe://test/a' }, { level: 3 }])
      expect(await call(world, await idp.sign({ ...good, ...change }))).toBe(401);
    // Minted by the same issuer for the same audience, to another application.
    expect(await call(world, await idp.sign({ ...good, azp: 'other' }))).toBe(401);
    expect(why(world)).toBe('the client is not one of those configured');
    expect(await call(world, await idp.sign({ ...good, azp: undefined }))).toBe(401);
  });
  test('by clocks that differ by as much as is configured', async () => {
    const idp = await server();
    const world = await gate(entry(idp, 'clockToleranceSeconds: 30'));
    const now = Math.floor(Date.now() / 1000);
    expect(await call(world, await idp.sign({ scope: 'mcp', exp: now - 20 }))).toBe(200);
    expect(await call(world, await idp.sign({ scope: 'mcp', nbf: now + 20 }))).toBe(200);
    expect(await call(world, await idp.sign({ scope: 'mcp', exp: now - 40 }))).toBe(401);
  });
});
