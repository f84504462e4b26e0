// Where connections are found: by host and by path, with metadata and challenges of their own; and how upstreams are reached by TLS.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificate } from './certificates.ts';
import { UPSTREAM_TOKEN, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** With a Host header of one's own, which fetch does not let one set. */
function call(world: World, host: string, path: string, token?: string, method = 'POST'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      host,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const outgoing = httpRequest(`${world.url}${path}`, { method, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    outgoing.on('error', reject);
    outgoing.end(method === 'POST' ? JSON.stringify(toolCall('free')) : undefined);
  });
}

describe('mounts by host', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({
      policy: POLICY,
      connectionsFor: (upstream) => `
  - {name: shop, kind: mcp, host: shop.example, upstream: "${upstream}/shop", credential: {kind: none}}
  - {name: more, kind: mcp, host: shop.example, path: /more, upstream: "${upstream}/more", credential: {kind: none}}`,
    });
  });
  afterAll(() => world.close());

  test('are found at their host, and only there', async () => {
    const token = await world.token();
    for (const [host, path, url] of [
      ['shop.example', '/', '/shop'],
      ['SHOP.example:8443', '/', '/shop'],
      ['shop.example', '/more', '/more'],
      ['gate.example', '/mcp/tools', '/mcp'],
    ] as const) {
      expect([host, path, (await call(world, host, path, token)).status]).toEqual([host, path, 200]);
      expect(world.seen.at(-1)!.url).toBe(url);
    }
    // A host with mounts of its own has no others, and other hosts have none of its.
    for (const [host, path] of [
      ['shop.example', '/mcp/tools'],
      ['gate.example', '/'],
      ['gate.example', '/more'],
    ] as const)
      expect([host, path, (await call(world, host, path, token)).status]).toEqual([host, path, 404]);
    for (const host of ['shop.example.', 'evil.example'])
      expect((await call(world, host, '/', token)).status).toBe(421);
  });
  test('have metadata and challenges of their own', async () => {
    const { status, headers } = await call(world, 'shop.example', '/more');
    expect([status, headers['www-authenticate']]).toEqual([
      401,
      'Bearer resource_metadata="https://shop.example/.well-known/oauth-protected-resource/more"',
    ]);
    const metadata = async (host: string, path: string): Promise<unknown> => {
      const answer = await call(world, host, `/.well-known/oauth-protected-resource${path}`, undefined, 'GET');
      return answer.status === 200 ? (JSON.parse(answer.body) as { resource: string }).resource : answer.status;
    };
    expect(await metadata('shop.example', '')).toBe('https://shop.example/');
    expect(await metadata('shop.example', '/more')).toBe('https://shop.example/more');
    expect(await metadata('gate.example', '/mcp/tools')).toBe('https://gate.example/mcp/tools');
    expect(await metadata('gate.example', '/more')).toBe(404);
    expect(await metadata('shop.example', '/mcp/tools')).toBe(404);
  });
});

describe('TLS to upstreams', () => {
  const directory = mkdtempSync(join(tmpdir(), 'regate-tls-'));
  const file = (name: string): string => join(directory, name);
  let upstream: Server;
  let world: World;
  let port: number;

  beforeAll(async () => {
    makeCertificate(directory, 'server', 'inside.example', 'inside.example');
    makeCertificate(directory, 'client', 'gate');
    upstream = createServer(
      {
        key: readFileSync(file('server.key')),
        cert: readFileSync(file('server.pem')),
        ca: readFileSync(file('client.pem')),
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => {
        const socket = request.socket as TLSSocket;
        const result = { client: socket.authorized, name: socket.servername };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
      },
    );
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    ({ port } = upstream.address() as AddressInfo);
    const connection = (name: string, tls: string): string =>
      `  - {name: ${name}, kind: http, path: /${name}, upstream: "https://127.0.0.1:${port}", credential: {kind: none}, tls: {${tls}}}\n`;
    const ca = `ca: "${file('server.pem')}", serverName: inside.example`;
    const client = `certificate: "${file('client.pem')}", key: {file: "${file('client.key')}"}`;
    world = await startWorld({
      policy: { 'gateway.rego': 'package gateway\n\ndecision := {"action": "allow"}\n' },
      connections: [
        connection('trusted', ca),
        connection('mutual', `${ca}, ${client}`),
        connection('unknown', 'serverName: inside.example'),
        connection('misnamed', `ca: "${file('server.pem')}", serverName: other.example`),
      ].join(''),
    });
  });
  afterAll(async () => {
    await world.close();
    upstream.closeAllConnections();
    await new Promise((resolve) => upstream.close(resolve));
  });

  const get = async (path: string): Promise<Answer> => call(world, 'gate.example', path, await world.token(), 'GET');

  test('with an authority of its own, and the name in its certificate', async () => {
    const { status, body } = await get('/trusted');
    expect([status, JSON.parse(body)]).toEqual([200, { client: false, name: 'inside.example' }]);
  });
  test('with a certificate of the gate', async () => {
    expect(JSON.parse((await get('/mutual')).body)).toEqual({ client: true, name: 'inside.example' });
  });
  test.each(['/unknown', '/misnamed'])('not to %s', async (path) => {
    const { status, body } = await get(path);
    expect([status, (JSON.parse(body) as { error: string }).error]).toEqual([502, 'upstream_unavailable']);
    expect(body).not.toMatch(/127\.0\.0\.1|certificate/i);
  });
});

test('a connection has timeouts of its own', async () => {
  const world = await startWorld({
    policy: POLICY,
    connectionsFor: (upstream) =>
      `  - {name: slow, kind: mcp, path: /mcp/slow, upstream: "${upstream}/mcp", credential: {kind: bearer, token: {env: UPSTREAM}}, timeouts: {upstreamMs: 100}}`,
  });
  try {
    world.respond = () => {};
    const { status, body } = await call(world, 'gate.example', '/mcp/slow', await world.token());
    expect(status).toBe(504);
    expect(body).toContain('upstream_timeout');
    expect(body).not.toContain(UPSTREAM_TOKEN);
  } finally {
    await world.close();
  }
});
