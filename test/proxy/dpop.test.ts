// Proofs of possession (RFC 9449): MCP's own DPoP session as client, and every way in which a proof can be wrong.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { DpopSession } from '@modelcontextprotocol/client';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const PUBLIC_URL = 'https://gate.example';
let world: World;
let session: DpopSession;
let token: string;
beforeAll(async () => {
  const rest = 'kind: mcp, upstream: "http://127.0.0.1:9/mcp", credential: {kind: none}';
  world = await startWorld({
    policy: POLICY,
    settings: 'admin: {port: 0, publicUrl: "https://admin.example", groups: [ops]}',
    connections: `
  - {name: bound, path: /mcp/bound, dpop: required, ${rest}}
  - {name: fresh, path: /mcp/fresh, dpop: nonce, ${rest}}
`,
  });
  session = await DpopSession.create();
  token = await world.token({ cnf: { jkt: session.thumbprint } });
});
afterAll(() => world.close());

interface Outcome {
  readonly status: number;
  readonly challenge: string | null;
  readonly nonce: string | null;
  readonly code: string | undefined;
}

async function call(
  headers: Readonly<Record<string, string>>,
  path = '/mcp/tools',
  base = world.url,
  method = 'POST',
): Promise<Outcome> {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    ...(method === 'POST' ? { body: JSON.stringify(toolCall('free')) } : {}),
  });
  const body = (await answer.json()) as { error?: { data?: { code: string } } };
  const { headers: got, status } = answer;
  return { status, challenge: got.get('www-authenticate'), nonce: got.get('dpop-nonce'), code: body.error?.data?.code };
}

const proof = (accessToken = token, htu = `${PUBLIC_URL}/mcp/tools`, htm = 'POST'): Promise<string> =>
  session.buildProof({ htm, htu, accessToken });

const bound = (dpop: string, with_ = token): Readonly<Record<string, string>> => ({
  authorization: `DPoP ${with_}`,
  dpop,
});

describe("MCP's DPoP session", () => {
  test('is let in', async () => {
    expect((await call(bound(await proof()))).status).toBe(200);
  });
  test('is given a nonce where one is needed, and is let in with it', async () => {
    const url = `${PUBLIC_URL}/mcp/fresh`;
    const first = await call(bound(await proof(token, url)), '/mcp/fresh');
    expect([first.status, first.code]).toEqual([401, 'use_dpop_nonce']);
    expect(first.challenge).toContain('DPoP error="use_dpop_nonce"');
    session.rememberNonce(url, first.nonce!);
    // Past authentication: the upstream is none.
    expect((await call(bound(await proof(token, url)), '/mcp/fresh')).code).not.toMatch(/dpop|token/);
    session.rememberNonce(url, `${first.nonce!.slice(0, -2)}AA`);
    expect((await call(bound(await proof(token, url)), '/mcp/fresh')).code).toBe('use_dpop_nonce');
    session.rememberNonce(url, 'made-up');
    expect((await call(bound(await proof(token, url)), '/mcp/fresh')).code).toBe('use_dpop_nonce');
  });
});

describe('where tokens have to be bound', () => {
  test('one that is not is refused in both schemes', async () => {
    const plain = await world.token();
    const bearer = await call({ authorization: `Bearer ${plain}` }, '/mcp/bound');
    expect([bearer.status, bearer.code]).toEqual([401, 'invalid_dpop_proof']);
    expect(bearer.challenge).toMatch(/^DPoP error="invalid_dpop_proof"/);
    const url = `${PUBLIC_URL}/mcp/bound`;
    expect((await call(bound(await proof(plain, url), plain), '/mcp/bound')).status).toBe(401);
  });
  test('no token at all is challenged for a bound one', async () => {
    const { challenge } = await call({}, '/mcp/bound');
    expect(challenge).toMatch(/^DPoP resource_metadata="[^"]*\/mcp\/bound", algs="ES256 [^"]*"$/);
  });
  test('the metadata say so', async () => {
    const answer = await fetch(`${world.url}/.well-known/oauth-protected-resource/mcp/bound`);
    expect(await answer.json()).toMatchObject({ dpop_bound_access_tokens_required: true });
  });
});

test('a bound token is not accepted as a bearer token', async () => {
  const dpop = await proof();
  expect(await call({ authorization: `Bearer ${token}`, dpop })).toMatchObject({
    status: 401,
    code: 'invalid_dpop_proof',
  });
});
test('a proof is good once', async () => {
  const dpop = await proof();
  expect((await call(bound(dpop))).status).toBe(200);
  expect(await call(bound(dpop))).toMatchObject({ status: 401, code: 'invalid_dpop_proof' });
  const race = await proof();
  const answers = await Promise.all(Array.from({ length: 8 }, () => call(bound(race))));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});
test('the address may be written in other ways that mean the same', async () => {
  for (const htu of ['HTTPS://GATE.example:443/mcp/tools', `${PUBLIC_URL}/mcp/%74ools`, `${PUBLIC_URL}/mcp/./tools`])
    expect((await call(bound(await own({ htu })))).status).toBe(200);
});
test('administrators may hold bound tokens', async () => {
  const held = await world.token({ groups: ['ops'], cnf: { jkt: session.thumbprint } });
  const good = await proof(held, 'https://admin.example/v1/status', 'GET');
  expect((await call(bound(good, held), '/v1/status', world.adminUrl, 'GET')).status).toBe(200);
  const elsewhere = await proof(held, `${PUBLIC_URL}/v1/status`, 'GET');
  expect((await call(bound(elsewhere, held), '/v1/status', world.adminUrl, 'GET')).status).toBe(401);
});

/** A proof with another claim, header or key, signed by the session's owner unless said otherwise. */
async function own(
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
  signer?: CryptoKey,
): Promise<string> {
  const ath = createHash('sha256').update(token).digest('base64url');
  const iat = Math.floor(Date.now() / 1000);
  const all = { jti: randomUUID(), htm: 'POST', htu: `${PUBLIC_URL}/mcp/tools`, iat, ath, ...claims };
  const { privateKey } = (session as unknown as { keyPair: { privateKey: CryptoKey } }).keyPair;
  return new SignJWT(all)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: session.publicJwk as JWK, ...header })
    .sign(signer ?? privateKey);
}

const now = (): number => Math.floor(Date.now() / 1000);
const other = generateKeyPair('ES256', { extractable: true });

test.each<[string, () => string | Promise<string>]>([
  ['none', () => ''],
  ['garbage', () => 'a.b.c'],
  ['another method', () => own({ htm: 'GET' })],
  ['no method', () => own({ htm: undefined })],
  ['another path', () => own({ htu: `${PUBLIC_URL}/mcp/other` })],
  ['another host', () => own({ htu: 'https://evil.example/mcp/tools' })],
  ['another scheme', () => own({ htu: 'http://gate.example/mcp/tools' })],
  ['a user in the address', () => own({ htu: 'https://x@gate.example/mcp/tools' })],
  ['no address', () => own({ htu: undefined })],
  ['another token', () => own({ ath: createHash('sha256').update('other').digest('base64url') })],
  ['no token', () => own({ ath: undefined })],
  ['an old time', () => own({ iat: now() - 120 })],
  ['a time to come', () => own({ iat: now() + 120 })],
  ['no time', () => own({ iat: undefined })],
  ['a time that is a text', () => own({ iat: 'now' })],
  ['no id', () => own({ jti: undefined })],
  ['an id beyond bounds', () => own({ jti: 'x'.repeat(300) })],
  ['another type', () => own({}, { typ: 'JWT' })],
  ['no key', () => own({}, { jwk: undefined })],
  [
    'another key, of its signer',
    async () => {
      const { publicKey, privateKey } = await other;
      return own({}, { jwk: await exportJWK(publicKey) }, privateKey);
    },
  ],
  ['the key of the token, but another signer', async () => own({}, {}, (await other).privateKey)],
  [
    'a private key in its header',
    async () => {
      const { privateKey } = await other;
      return own({}, { jwk: await exportJWK(privateKey) }, privateKey);
    },
  ],
  ['too long', () => own({ x: 'x'.repeat(9_000) })],
])('a proof with %s is refused', async (_, make) => {
  const dpop = await make();
  const before = world.seen.length;
  const outcome = await call({ authorization: `DPoP ${token}`, ...(dpop === '' ? {} : { dpop }) });
  expect(outcome).toMatchObject({ status: 401, code: 'invalid_dpop_proof' });
  expect(outcome.challenge).toMatch(/^DPoP error="invalid_dpop_proof", .*algs="/);
  expect(world.seen.length).toBe(before);
});
