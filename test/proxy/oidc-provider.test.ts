// Tokens of a certified OpenID provider: JWTs, opaque and bound ones, keys that rotate, and MCP's client that finds its way by itself.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  Client,
  DpopSession,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { SignJWT } from 'jose';
import { AUDIENCE, post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const pairs = {
  agent: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  gate: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const keyFile = join(mkdtempSync(join(tmpdir(), 'regate-provider-')), 'gate.pem');
writeFileSync(keyFile, pairs.gate.privateKey.export({ format: 'pem', type: 'pkcs8' }));

let issuer: string;
let provider: ChildProcessByStdio<Writable, Readable, null>;
let world: World;
let port: number;

const line = (): Promise<string> =>
  new Promise((resolve, reject) => {
    provider.stdout.once('data', (text: Buffer) => resolve(String(text).trim()));
    provider.once('exit', () => reject(new Error('the provider has ended')));
  });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

beforeAll(async () => {
  const clients = Object.fromEntries(
    Object.entries(pairs).map(([id, { publicKey }]) => [
      id,
      { ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig', alg: 'ES256' },
    ]),
  );
  const fixture = fileURLToPath(new URL('oidc-provider.fixture.ts', import.meta.url));
  provider = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fixture], {
    env: { ...process.env, NODE_OPTIONS: '', CLIENTS: JSON.stringify(clients) },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  issuer = await line();
  port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  world = await startWorld({
    policy: POLICY,
    port,
    issuers: `  - issuer: "${issuer}"
    audience: ["${AUDIENCE}", "${AUDIENCE}/opaque", "${url}/mcp/tools", "${url}/mcp/bound", "${url}/mcp/both"]
    claims: {subject: [sub, client_id]}
    introspection: {tokens: opaque, client: {id: gate, method: private_key_jwt, key: {file: "${keyFile}"}, keyId: gate}}`,
    connectionsFor: (upstream) =>
      `  - {name: bound, kind: mcp, path: /mcp/bound, upstream: "${upstream}/mcp", requiredScopes: [mcp], dpop: nonce, credential: {kind: none}}
  - {name: both, kind: mcp, path: /mcp/both, upstream: "${upstream}/mcp", requiredScopes: [mcp, other], credential: {kind: none}}`,
  });
}, 30_000);
afterAll(async () => {
  provider.stdin.end();
  await world.close();
});

async function ask(
  path: string,
  form: Readonly<Record<string, string>>,
  dpop?: string,
): Promise<Record<string, unknown>> {
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'agent' })
    .setIssuer('agent')
    .setSubject('agent')
    .setAudience(issuer)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(pairs.agent.privateKey);
  const answer = await fetch(`${issuer}${path}`, {
    method: 'POST',
    headers: dpop === undefined ? {} : { dpop },
    body: new URLSearchParams({
      ...form,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

async function token(scope: string, resource: string, dpop?: string): Promise<string> {
  const answer = await ask('/token', { grant_type: 'client_credentials', scope, resource }, dpop);
  return answer.access_token as string;
}

const call = (access: string, headers: Record<string, string> = {}): Promise<Response> =>
  post(world, toolCall('free'), { authorization: `Bearer ${access}`, ...headers });

describe('access tokens', () => {
  test('are accepted, and say who calls', async () => {
    expect((await call(await token('mcp', AUDIENCE))).status).toBe(200);
    expect(world.log().at(-1)!.input.identity).toMatchObject({
      issuer,
      subject: 'agent',
      client_id: 'agent',
      scopes: ['mcp'],
      groups: ['staff'],
      token_id: expect.any(String),
    });
  });
  test('but not those for another resource, or of another scope', async () => {
    expect((await call(await token('mcp', 'https://other.example'))).status).toBe(401);
    expect((await call(await token('other', AUDIENCE))).status).toBe(403);
  });
  test('that are opaque are introspected by the key of the gate, and can be revoked', async () => {
    const opaque = await token('mcp', `${AUDIENCE}/opaque`);
    expect(opaque).not.toContain('.');
    expect((await call(opaque)).status).toBe(200);
    // Of a client of its own account the provider names no subject.
    const identity = { issuer, subject: 'agent', client_id: 'agent', scopes: ['mcp'] };
    expect(world.log().at(-1)!.input.identity).toMatchObject(identity);
    await ask('/token/revocation', { token: opaque });
    expect((await call(opaque)).status).toBe(401);
    expect(world.log().at(-1)!.error!.message).toBe('introspected: not active');
  });
  test('that are bound to a key need its proof', async () => {
    const session = await DpopSession.create();
    const held = await token('mcp', AUDIENCE, await session.buildProof({ htm: 'POST', htu: `${issuer}/token` }));
    expect((await call(held)).status).toBe(401);
    const proof = await session.buildProof({ htm: 'POST', htu: `${world.url}/mcp/tools`, accessToken: held });
    expect((await call(held, { authorization: `DPoP ${held}`, dpop: proof })).status).toBe(200);
    const other = await DpopSession.create();
    const stolen = await other.buildProof({ htm: 'POST', htu: `${world.url}/mcp/tools`, accessToken: held });
    expect((await call(held, { authorization: `DPoP ${held}`, dpop: stolen })).status).toBe(401);
  });
});

test('keys rotate without a request refused, and those withdrawn are void', async () => {
  const old = await token('mcp', AUDIENCE);
  expect((await call(old)).status).toBe(200);
  provider.stdin.write('rotate\n');
  expect(await line()).toBe('done');
  const fresh = await token('mcp', AUDIENCE);
  expect(Buffer.from(fresh.split('.')[0]!, 'base64url').toString()).toContain('"p2"');
  expect((await call(fresh)).status).toBe(200);
  expect((await call(old)).status).toBe(200);
  provider.stdin.write('withdraw\n');
  expect(await line()).toBe('done');
  provider.stdin.write('rotate\n');
  expect(await line()).toBe('done');
  expect((await call(await token('mcp', AUDIENCE))).status).toBe(200);
  expect((await call(old)).status).toBe(401);
});

describe("MCP's client", () => {
  /** A server of one tool, in as few words as the protocol asks for. */
  const respond: World['respond'] = ({ body }, response) => {
    const { id, method } = JSON.parse(body === '' ? '{}' : body) as { id?: number; method?: string };
    const results: Readonly<Record<string, unknown>> = {
      initialize: {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'upstream', version: '1.0.0' },
      },
      'tools/list': { tools: [{ name: 'free', inputSchema: { type: 'object' } }] },
      'tools/call': { content: [{ type: 'text', text: 'done' }] },
    };
    if (id === undefined) response.writeHead(method === undefined ? 405 : 202).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result: results[method!] ?? {} }));
  };

  class BoundProvider extends PrivateKeyJwtProvider {
    readonly #session = DpopSession.create();
    dpop(): Promise<DpopSession> {
      return this.#session;
    }
  }

  test('steps up to all scopes that a connection asks for', async () => {
    world.respond = respond;
    const resource = `${world.url}/mcp/both`;
    const narrow = await token('mcp', resource);
    const refused = await fetch(resource, {
      method: 'POST',
      headers: { authorization: `Bearer ${narrow}`, 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(toolCall('free')),
    });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      403,
      `Bearer error="insufficient_scope", scope="mcp other", resource_metadata="${world.url}/.well-known/oauth-protected-resource/mcp/both"`,
    ]);
    const authProvider = new PrivateKeyJwtProvider({
      clientId: 'agent',
      privateKey: pairs.agent.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
      algorithm: 'ES256',
      expectedIssuer: issuer,
    });
    authProvider.saveTokens({ access_token: narrow, token_type: 'Bearer', scope: 'mcp', issuer });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(resource), { authProvider }));
    expect(await client.callTool({ name: 'free', arguments: {} })).toMatchObject({ content: [{ text: 'done' }] });
    await client.close();
    expect(world.log().at(-1)!.input.identity).toMatchObject({ scopes: ['mcp', 'other'] });
  });

  test.each([
    ['a token', PrivateKeyJwtProvider, '/mcp/tools'],
    ['a bound token and a nonce', BoundProvider, '/mcp/bound'],
  ] as const)('gets %s by itself: challenge, metadata, private_key_jwt, call', async (_, Provider, path) => {
    world.respond = respond;
    const privateKey = pairs.agent.privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
    const authProvider = new Provider({
      clientId: 'agent',
      privateKey,
      algorithm: 'ES256',
      scope: 'mcp',
      expectedIssuer: issuer,
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`${world.url}${path}`), { authProvider }));
    expect(await client.callTool({ name: 'free', arguments: {} })).toMatchObject({ content: [{ text: 'done' }] });
    await client.close();
    expect(world.log().at(-1)!.input.identity).toMatchObject({ issuer, subject: 'agent' });
  });
});
