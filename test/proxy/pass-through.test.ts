// Connections whose bodies pass unread: bytes both ways, WebSockets, and everything that still holds there: who calls, what the policy says, the
// log, what the upstream and the caller get to know of each other.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { TokenRevoked } from '../../proxy/errors.ts';
import { startWorld, UPSTREAM_TOKEN, type World } from './harness.ts';

const POLICY = {
  'gateway.rego': `package gateway

default decision := {"action": "deny", "reason": "default"}

allowed if {
	"staff" in input.identity.groups
	not input.request.query.deny
	not input.request.query.masked
}

decision := {"action": "allow", "headers": {"x-team": "staff"}} if allowed
decision := {"action": "allow", "mask": {"response": ["$.a"]}} if input.request.query.masked == ["response"]
decision := {"action": "allow", "mask": {"request": ["$.a"]}} if input.request.query.masked == ["request"]
decision := {"action": "allow", "response_phase": true} if input.request.query.masked == ["phase"]
`,
};

let world: World;
let upstream: Server;
let address: string;
let respond: (request: IncomingMessage, response: ServerResponse) => void;
let last: IncomingMessage;

beforeAll(async () => {
  upstream = createServer((request, response) => {
    last = request;
    respond(request, response);
  });
  upstream.on('upgrade', (request: IncomingMessage, socket) => {
    last = request;
    if (request.url!.includes('refuse')) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 6\r\nx-inside: 1\r\n\r\nsecret');
      return;
    }
    const key = request.headers['sec-websocket-key']!;
    const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: ${accept}\r\nserver: inside\r\n\r\n`,
    );
    socket.on('data', (data: Buffer) => socket.write(Buffer.from(`echo ${data.toString()}`)));
    socket.on('error', () => {}).on('end', () => socket.end());
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  world = await startWorld({
    policy: POLICY,
    connections: `
  - {name: files, kind: http, inspection: headers, path: /files, upstream: "http://${address}/store", requiredScopes: [mcp], credential: {kind: bearer, token: {env: UPSTREAM}}, forwardHeaders: [x-request-id], timeouts: {upstreamMs: 1500}}
  - {name: gone, kind: http, inspection: headers, path: /gone, upstream: "http://127.0.0.1:9", credential: {kind: none}}`,
  });
});
afterEach(() => {
  respond = (_, response) => void response.end();
});
afterAll(async () => {
  await world.close();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
});

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${world.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${await world.token()}`, ...(init.headers as Record<string, string>) },
  });
}

describe('downloads', () => {
  test('pass as they are, with their encoding and ranges', async () => {
    const bytes = randomBytes(3_000_000);
    const packed = gzipSync(bytes);
    respond = (request, response) => {
      expect(request.headers.range).toBe('bytes=0-');
      response
        .writeHead(206, {
          'content-type': 'application/octet-stream',
          'content-encoding': 'gzip',
          'content-range': `bytes 0-${packed.length - 1}/${packed.length}`,
          etag: '"1"',
          server: 'inside',
          'set-cookie': 'a=b',
          'x-inside': '1',
        })
        .end(packed);
    };
    const answer = await ask('/files/a%20b?version=1', { headers: { range: 'bytes=0-' } });
    expect(answer.status).toBe(206);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(last.url).toBe('/store/a%20b?version=1');
    expect(Object.fromEntries(answer.headers)).toMatchObject({ 'content-encoding': 'gzip', etag: '"1"' });
    for (const name of ['server', 'set-cookie', 'x-inside']) expect(answer.headers.get(name)).toBeNull();
    expect(world.log().at(-1)).toMatchObject({
      input: { connection: 'files', identity: { subject: 'ada' }, request: { method: 'GET', body: null } },
      result: { action: 'allow' },
    });
  });
  test('that break off are not made whole', async () => {
    respond = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('part');
      setTimeout(() => response.destroy(), 30);
    };
    await expect(ask('/files/x').then((answer) => answer.text())).rejects.toThrow();
  });
  test('begin before they end', async () => {
    let release = (): void => {};
    respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('first');
      release = () => response.end('last');
    };
    const reader = (await ask('/files/x')).body!.getReader();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('first');
    release();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('last');
  });
});

test('uploads pass as they are, whatever they are', async () => {
  const bytes = randomBytes(3_000_000);
  let got: Buffer | undefined;
  respond = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got = Buffer.concat(chunks);
    response.writeHead(201).end();
  };
  for (const body of [bytes, new Blob([bytes]).stream()]) {
    const headers = { 'content-type': 'application/zip', 'content-encoding': 'zstd' };
    const answer = await ask('/files/up', { method: 'PUT', body, headers, duplex: 'half' } as RequestInit);
    expect(answer.status).toBe(201);
    expect(got!.equals(bytes)).toBe(true);
    expect(last.headers).toMatchObject(headers);
  }
});

test('an upload may take longer than an upstream has for its answer', async () => {
  respond = async (request, response) => {
    for await (const _ of request);
    response.writeHead(201).end();
  };
  const slowly = async function* (): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 6; i++) {
      yield Buffer.from('x'.repeat(1000));
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  };
  const answer = await ask('/files/up', { method: 'PUT', body: slowly(), duplex: 'half' } as unknown as RequestInit);
  expect(answer.status).toBe(201);
});

test('the upstream gets its own credential, never the token, no identity from outside, no headers of the hop', async () => {
  const token = await world.token();
  await new Promise<void>((resolve, reject) => {
    const request = httpRequest(`${world.url}/files/x`, {
      headers: {
        authorization: `Bearer ${token}`,
        cookie: 'a=b',
        connection: 'x-hop, keep-alive',
        'x-hop': '1',
        'x-forwarded-for': '1.2.3.4',
        'x-forwarded-user': 'root',
        'x-real-ip': '1.2.3.4',
        x_user: 'root',
        te: 'trailers',
        'proxy-authorization': 'x',
        'x-request-id': 'r1',
        'x-team': 'forged',
        'mcp-method': 'tools/list',
      },
    });
    request.on('response', (answer) => answer.resume().on('end', resolve)).on('error', reject);
    request.end();
  });
  const { headers } = last;
  expect(headers).toMatchObject({
    authorization: `Bearer ${UPSTREAM_TOKEN}`,
    host: address,
    'x-request-id': 'r1',
    'x-team': 'staff',
  });
  for (const name of [
    'cookie',
    'x-hop',
    'x-forwarded-for',
    'x-forwarded-user',
    'x-forwarded-host',
    'x-real-ip',
    'x_user',
    'te',
  ])
    expect([name, headers[name]]).toEqual([name, undefined]);
  expect(headers['proxy-authorization'] ?? headers['mcp-method']).toBeUndefined();
  expect(JSON.stringify(last.rawHeaders)).not.toContain(token);
});

describe('who may not', () => {
  const expectNothing = async (path: string, status: number, code: string, headers = {}): Promise<void> => {
    let asked = false;
    respond = (_, response) => {
      asked = true;
      response.end();
    };
    const answer = await ask(path, { headers });
    expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([status, code]);
    expect(asked).toBe(false);
    expect(world.log().at(-1)!.error!.code).toBe(code);
  };
  test('has no token', async () => expect((await fetch(`${world.url}/files/x`)).status).toBe(401));
  test('has a bad one', () => expectNothing('/files/x', 401, 'invalid_token', { authorization: 'Bearer x' }));
  test('is denied', () => expectNothing('/files/x?deny=1', 403, 'policy_denied'));
  test('comes from elsewhere', () =>
    expectNothing('/files/x', 403, 'forbidden_origin', { origin: 'https://evil.example' }));
  test('asks under a mask of the answer', () => expectNothing('/files/x?masked=response', 502, 'response_withheld'));
  test('asks under a mask of the request', () => expectNothing('/files/x?masked=request', 403, 'request_not_maskable'));
  test('asks where the answer is judged', () => expectNothing('/files/x?masked=phase', 502, 'response_withheld'));
});

describe('upstreams', () => {
  const refused = async (path: string, status: number, code: string): Promise<void> => {
    const answer = await ask(path);
    const body = await answer.text();
    expect([answer.status, (JSON.parse(body) as { error: string }).error]).toEqual([status, code]);
    expect(body + JSON.stringify([...answer.headers])).not.toMatch(/127\.0\.0\.1|ECONN|inside/);
    expect(world.log().at(-1)!.error!.code).toBe(code);
  };
  test('that are down do not show where they are', () => refused('/gone/x', 502, 'upstream_unavailable'));
  test('that do not answer', () => {
    respond = () => {};
    return refused('/files/x', 504, 'upstream_timeout');
  });
  test('that break off at once', () => {
    respond = (request) => void request.socket.destroy();
    return refused('/files/x', 502, 'upstream_unavailable');
  });
  test('that redirect', () => {
    respond = (_, response) => void response.writeHead(302, { location: `http://${address}/inside` }).end();
    return refused('/files/x', 502, 'upstream_answer_refused');
  });
  test('that refuse the credential', () => {
    respond = (_, response) => void response.writeHead(401, { 'www-authenticate': 'Basic realm="inside"' }).end();
    return refused('/files/x', 502, 'upstream_answer_refused');
  });
  test('learn that the client has gone', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    respond = (_, response) => {
      response.writeHead(200).write('x');
      response.on('close', closed);
    };
    const going = new AbortController();
    await ask('/files/x', { signal: going.signal });
    going.abort();
    await isClosed;
  });
});

describe('WebSockets', () => {
  const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
  const open = async (
    path: string,
    { token, extra = '' }: { token?: string; extra?: string } = {},
  ): Promise<{
    readonly head: string;
    send(text: string): Promise<string>;
    end(): void;
    readonly closed: Promise<void>;
  }> => {
    const bearer = token ?? (await world.token());
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: gate.example\r\nauthorization: Bearer ${bearer}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${KEY}\r\n${extra}\r\n`,
    );
    const read = (): Promise<string> =>
      new Promise((resolve) => {
        socket.once('data', (data) => resolve(data.toString()));
        socket.once('close', () => resolve(''));
      });
    const head = await read();
    const send = (text: string): Promise<string> => {
      socket.write(text);
      return read();
    };
    return { head, send, end: () => socket.destroy(), closed };
  };

  test('open, carry bytes both ways, and close together', async () => {
    const one = await open('/files/live?x=1', { extra: 'cookie: a=b\r\nx-forwarded-user: root\r\n' });
    expect(one.head).toMatch(/^HTTP\/1\.1 101 /);
    expect(one.head).toContain('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(one.head).not.toContain('inside');
    expect(await one.send('hello')).toBe('echo hello');
    expect(await one.send('again')).toBe('echo again');
    expect(last.url).toBe('/store/live?x=1');
    expect(last.headers).toMatchObject({ authorization: `Bearer ${UPSTREAM_TOKEN}`, host: address, 'x-team': 'staff' });
    expect(last.headers.cookie ?? last.headers['x-forwarded-user']).toBeUndefined();
    expect(world.log().at(-1)).toMatchObject({ input: { connection: 'files' }, result: { action: 'allow' } });
    const isClosed = new Promise((resolve) => last.socket.on('close', resolve));
    one.end();
    await isClosed;
  });
  test('are cut when the caller is revoked', async () => {
    const one = await open('/files/live', { token: await world.token({ sub: 'eve' }) });
    expect(await one.send('hello')).toBe('echo hello');
    expect(world.gate.openExchanges.cut(({ identity }) => identity!.subject === 'eve', new TokenRevoked('r1'))).toBe(1);
    await one.closed;
  });
  test.each([
    ['without a good token', '/files/live', 'x', 401, 'invalid_token'],
    ['when denied', '/files/live?deny=1', undefined, 403, 'policy_denied'],
    ['where bodies are read', '/api/live', undefined, 400, 'malformed_request'],
    ['where MCP is', '/mcp/tools', undefined, 400, 'malformed_request'],
    ['that the upstream refuses', '/files/refuse', undefined, 502, 'upstream_answer_refused'],
    ['to an upstream that is down', '/gone/live', undefined, 502, 'upstream_unavailable'],
  ])('do not open %s', async (_, path, token, status, code) => {
    const one = await open(path, token === undefined ? {} : { token });
    expect(one.head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(one.head).toContain(code);
    expect(one.head).not.toMatch(/x-inside|secret|127\.0\.0\.1/);
    await one.closed;
  });
  test('do not open for a page of another origin', async () => {
    const one = await open('/files/live', { extra: 'origin: https://evil.example\r\n' });
    expect(one.head).toMatch(/^HTTP\/1\.1 403 /);
    await one.closed;
  });
});
