// The gate between parties that are not ours: tokens of a certified OpenID provider, and MCP's SDK at both ends.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { AUDIENCE, post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

const servers: HttpServer[] = [];

async function listen(server: HttpServer): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('oidc-provider', () => {
  let issuer: string;
  let provider: ChildProcessByStdio<Writable, Readable, null>;
  let world: World;
  const client = generateKeyPair('ES256', { extractable: true });

  beforeAll(async () => {
    const { publicKey } = await client;
    const jwk = { ...(await exportJWK(publicKey)), kid: 'c1', use: 'sig', alg: 'ES256' };
    const fixture = fileURLToPath(new URL('oidc-provider.fixture.ts', import.meta.url));
    provider = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', fixture], {
      env: { ...process.env, NODE_OPTIONS: '', CLIENT_JWK: JSON.stringify(jwk) },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    issuer = await new Promise<string>((resolve, reject) => {
      provider.stdout.once('data', (line: Buffer) => resolve(String(line).trim()));
      provider.once('exit', () => reject(new Error('the provider does not start')));
    });
    world = await startWorld({ policy: POLICY, issuers: `  - {issuer: "${issuer}", audience: ["${AUDIENCE}"]}` });
  });
  afterAll(async () => {
    provider.stdin.end();
    await world.close();
  });

  async function token(scope: string, resource: string): Promise<string> {
    const { privateKey } = await client;
    const assertion = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'c1' })
      .setIssuer('agent')
      .setSubject('agent')
      .setAudience(issuer)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('60s')
      .sign(privateKey);
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope,
        resource,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }),
    });
    const body = (await answer.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error(JSON.stringify(body));
    return body.access_token;
  }

  test('its access tokens are accepted', async () => {
    const answer = await post(world, toolCall('free'), { authorization: `Bearer ${await token('mcp', AUDIENCE)}` });
    expect(answer.status).toBe(200);
    expect(world.log().at(-1)!.input.identity).toMatchObject({
      issuer,
      subject: 'agent',
      client_id: 'agent',
      scopes: ['mcp'],
      groups: ['staff'],
    });
  });
  test('but not those for another resource, or of another scope', async () => {
    const elsewhere = await token('mcp', 'https://other.example');
    expect((await post(world, toolCall('free'), { authorization: `Bearer ${elsewhere}` })).status).toBe(401);
    const narrow = await token('other', AUDIENCE);
    expect((await post(world, toolCall('free'), { authorization: `Bearer ${narrow}` })).status).toBe(403);
  });
});

describe("MCP's SDK", () => {
  let world: World;

  beforeAll(async () => {
    const sessions = new Map<string, StreamableHTTPServerTransport>();
    const upstream = createServer(async (request, response) => {
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      const transport: StreamableHTTPServerTransport =
        known ??
        new StreamableHTTPServerTransport({
          sessionIdGenerator: () => randomUUID(),
          onsessioninitialized: (session) => void sessions.set(session, transport),
        });
      if (known === undefined) await toolServer().connect(transport);
      await transport.handleRequest(request, response);
    });
    world = await startWorld({ policy: POLICY, upstream: `${await listen(upstream)}/mcp` });
  });
  afterAll(() => world.close());

  function toolServer(): Server {
    const server = new Server({ name: 'upstream', version: '1.0.0' }, { capabilities: { tools: {} } });
    const inputSchema = { type: 'object' as const };
    server.setRequestHandler(ListToolsRequestSchema, () => ({
      tools: ['free', 'masked', 'other'].map((name) => ({ name, inputSchema })),
    }));
    server.setRequestHandler(CallToolRequestSchema, () => {
      const structuredContent = { secret: 'hunter2', open: 1 };
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
    });
    return server;
  }

  test('lists, calls, is masked and denied, and ends its session', async () => {
    const transport = new StreamableHTTPClientTransport(new URL(`${world.url}/mcp/tools`), {
      requestInit: { headers: { authorization: `Bearer ${await world.token()}` } },
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(transport);
    expect(client.getServerVersion()).toMatchObject({ name: 'upstream' });
    // Of three tools, those that the policy lets him call.
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['free', 'masked']);
    expect(await client.callTool({ name: 'free' })).toMatchObject({
      structuredContent: { secret: 'hunter2', open: 1 },
    });
    const masked = await client.callTool({ name: 'masked' });
    expect(masked.structuredContent).toEqual({ secret: '[redacted]', open: 1 });
    expect(JSON.stringify(masked)).not.toContain('hunter2');
    const denied = await client.callTool({ name: 'other' });
    expect(denied.isError).toBe(true);
    expect(JSON.stringify(denied.content)).toContain('policy_denied');
    await expect(client.listPrompts()).rejects.toThrow();
    await transport.terminateSession();
    await client.close();
  });
});
