// What comes on a socket and is no good request: an answer with a stable code and a decision id, one line in the log, nothing for the upstream.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { echo, startWorld, toolCall, type World } from './harness.ts';

let world: World;
let authorized: string;
beforeAll(async () => {
  world = await startWorld({
    policy: { 'gateway.rego': 'package gateway\n\ndecision := {"action": "allow"}\n' },
    settings: 'limits: {bodyTimeoutMs: 5000, headerBytes: 32768, responseBytes: 1000}',
    connectionsFor: (upstream) =>
      `  - {name: pass, kind: http, path: /pass, inspection: headers, upstream: "${upstream}/p", credential: {kind: none}}`,
  });
  authorized = `Host: gate.example\r\nAuthorization: Bearer ${await world.token()}\r\nContent-Type: application/json\r\n`;
});
afterAll(() => world.close());

let logged = 0;
let seen = 0;
beforeEach(() => {
  logged = world.log().length;
  seen = world.seen.length;
  world.respond = echo;
});

/** Sends pieces, one after the other; what comes back until the gate closes, or is still for a while. */
function send(...pieces: readonly string[]): Promise<string> {
  return sendTo(world, Number.POSITIVE_INFINITY, ...pieces);
}

/** The same to another gate, and for so many milliseconds at the most. */
async function sendTo({ url }: World, longestMs: number, ...pieces: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const end = performance.now() + longestMs;
  let text = '';
  socket.setEncoding('latin1').on('data', (piece: string) => (text += piece));
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()).on('error', () => {}));
  for (const piece of pieces) {
    socket.write(piece);
    await wait(60);
  }
  for (let before = ''; (text === '' || text !== before) && performance.now() < end;) {
    before = text;
    await Promise.race([closed, wait(300)]);
    if (socket.destroyed) break;
  }
  socket.destroy();
  return text;
}

const codes = (gate = world): readonly string[] =>
  gate
    .log()
    .slice(logged)
    .map(({ error }) => error?.code ?? 'allow');

const body = JSON.stringify(toolCall('x'));
const length = `Content-Length: ${body.length}\r\n`;
const good = (): string => `POST /mcp/tools HTTP/1.1\r\n${authorized}${length}\r\n${body}`;
const headed = (more: string, rest = body): string => `POST /mcp/tools HTTP/1.1\r\n${authorized}${more}\r\n${rest}`;
const chunked = 'Transfer-Encoding: chunked\r\n';

test.each<readonly [string, () => readonly string[], number, string, boolean?]>([
  ['no HTTP', () => ['GARBAGE\r\n\r\n'], 400, 'malformed_request'],
  ['a TLS handshake', () => ['\x16\x03\x01\0\x05\x01\0\0\x01\0'], 400, 'malformed_request'],
  ['HTTP/2', () => ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'], 400, 'malformed_request'],
  ['two lengths', () => [headed(length + length)], 400, 'malformed_request'],
  ['a length and chunks', () => [headed(length + chunked, '0\r\n\r\n')], 400, 'malformed_request'],
  [
    'a coding besides chunks',
    () => [headed('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
    400,
    'malformed_request',
    true,
  ],
  ['a folded header', () => [headed(`${length}X-A: b\r\n c\r\n`)], 400, 'malformed_request'],
  ['a name with a space', () => [headed(`${length}X-A : b\r\n`)], 400, 'malformed_request'],
  ['no host', () => [good().replace(/Host.*\r\n/, '')], 400, 'malformed_request', true],
  [
    'no host, for metadata',
    () => ['GET /.well-known/oauth-protected-resource/mcp/tools HTTP/1.1\r\n\r\n'],
    400,
    'malformed_request',
    true,
  ],
  ['large headers', () => [headed(`X-A: ${'y'.repeat(40_000)}\r\n`)], 431, 'headers_too_large'],
  ['a bad chunk', () => [headed(chunked, 'zz\r\n')], 400, 'malformed_request'],
  ['a bad chunk, later', () => [headed(chunked, '2\r\n{"\r\n'), 'zz\r\n'], 400, 'malformed_request'],
  ['a proxy', () => [`CONNECT inside:80 HTTP/1.1\r\n${authorized}\r\n`], 405, 'method_not_allowed'],
  ['an expectation', () => [headed(`${length}Expect: magic\r\n`)], 417, 'expectation_failed', true],
  [
    'nobody who would go on',
    () => [
      good()
        .replace(/Authorization.*\r\n/, 'Expect: 100-continue\r\n')
        .replace(body, ''),
    ],
    401,
    'missing_token',
  ],
])('%s', async (_, pieces, status, code, keepsAlive = false) => {
  const answer = await send(...pieces());
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*"${code}"[^]*"decision_id":"[0-9a-f-]{36}"`));
  // What is whole and clear in itself can be followed by another.
  expect(/\r\nconnection: close\r\n/i.test(answer)).toBe(!keepsAlive);
  expect(codes()).toEqual([code]);
  expect(world.seen).toHaveLength(seen);
});

test('what follows a good request and is none ends the connection after the answer', async () => {
  const answer = await send(`${good()}GARBAGE\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*"ok":true\}\}$/);
  expect([...codes()].sort()).toEqual(['allow', 'malformed_request']);
});

test('what follows a refusal that is the last answer is not done', async () => {
  const unread = headed(chunked, `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
  const answer = await send(unread.replace('/mcp/tools', '/none') + good());
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404']);
  expect(codes()).toEqual(['unknown_connection']);
  expect(world.seen).toHaveLength(seen);
});

test('a refusal of what is here whole is not the last answer', async () => {
  const answer = await send(
    good().replace('/mcp/tools', '/none') +
      good().replace(/Authorization.*\r\n/, '') +
      good().replace('{', '(') +
      good(),
  );
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 401', 'HTTP/1.1 400', 'HTTP/1.1 200']);
  expect([...codes()].sort()).toEqual(['allow', 'malformed_json', 'missing_token', 'unknown_connection']);
});

test.each(['application/json-patch+json', 'application/merge-patch+json; charset=utf-8'])(
  '%s goes upstream as it came',
  async (type) => {
    const answer = await send(good().replace('POST /mcp/tools', 'PATCH /api/x').replace('application/json', type));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(world.seen.at(-1)!.headers['content-type']).toBe(type);
    expect(world.log().at(-1)!.input.request).toMatchObject({ headers: { 'content-type': type } });
  },
);

test.each(['/mcp/tools', '/api/x', '/pass/x'])(
  'leave to send a body to %s is given once it is wanted',
  async (path) => {
    const head = headed(`${length}Expect: 100-continue\r\n`, '').replace('/mcp/tools', path);
    const answer = await send(head, body);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(world.seen.at(-1)!.body).toBe(body);
  },
);

test.each([204, 304])('an answer of %i has no length', async (status) => {
  world.respond = (_, response) => response.writeHead(status).end();
  const answer = await send(good().replace('/mcp/tools', '/api/x'));
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).not.toMatch(/content-length/i);
});

test('an answer that says that it is too large is not begun', async () => {
  world.respond = (_, response) => response.writeHead(200, { 'content-length': 2000 }).end('x'.repeat(2000));
  const answer = await send(good().replace('/mcp/tools', '/api/x'));
  expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*upstream_answer_refused/);
  expect(codes()).toEqual(['upstream_answer_refused']);
});

test('a query that repeats a name thousands of times reaches the upstream whole', async () => {
  const names = 'a&'.repeat(4_000);
  const answer = await send(`GET /api/x?${names}b HTTP/1.1\r\n${authorized}\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(world.seen.at(-1)!.url).toBe(`/v1/x?${'a=&'.repeat(4_000)}b=`);
});

test.each([
  ['an object for the list', { tools: { 0: { name: 'x' } } }],
  ['a text for the list', { tools: 'x' }],
  ['a list for the result', [{ name: 'x' }]],
])('a list of tools that is none is withheld: %s', async (_, result) => {
  world.respond = (_request, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
  const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  const answer = await send(headed(`Content-Length: ${list.length}\r\n`, list));
  expect(answer).toContain('response_withheld');
  expect(answer).not.toContain('"x"');
  expect(codes()).toEqual(['response_withheld']);
});

describe('bodies that pass unread', () => {
  let upstream: Server;
  let silent: World;
  let got = '';
  let reply = '';
  let authorizedThere: string;
  beforeAll(async () => {
    upstream = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', (piece) => {
          got += String(piece);
          if (reply !== '') socket.write(reply);
        });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    const { port } = upstream.address() as AddressInfo;
    silent = await startWorld({
      policy: { 'gateway.rego': 'package gateway\n\ndecision := {"action": "allow"}\n' },
      connections: `  - {name: pass, kind: http, path: /pass, inspection: headers, upstream: "http://127.0.0.1:${port}/p", credential: {kind: none}}`,
    });
    authorizedThere = `Host: gate.example\r\nAuthorization: Bearer ${await silent.token()}\r\n`;
  });
  afterAll(async () => {
    await silent.close();
    upstream.close();
  });
  beforeEach(() => {
    got = '';
    reply = '';
    logged = silent.log().length;
  });
  test.each([
    ['before the answer', 'DELETE /pass/x HTTP/1.1\r\n', '\r\n'],
    ['before the answer to a body', 'POST /pass/x HTTP/1.1\r\n', 'Content-Length: 2\r\n\r\n{}'],
    ['in the middle of a body', 'POST /pass/x HTTP/1.1\r\n', 'Content-Length: 200\r\n\r\n{}'],
  ])('a client that goes %s has its line in the log', async (_, head, rest) => {
    expect(await sendTo(silent, 300, `${head}${authorizedThere}${rest}`)).toBe('');
    for (let i = 0; i < 100 && codes(silent).length === 0; i++) await wait(20);
    expect(codes(silent)).toEqual(['client_gone']);
    expect(got).toContain('/p/x HTTP/1.1');
  });

  test.each([
    ['none', ''],
    ['no Connection', 'Upgrade: websocket\r\n'],
    ['two protocols', 'Connection: Upgrade\r\nUpgrade: websocket, other\r\n'],
    ['HTTP/2', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n'],
  ])(
    'an upgrade that is no WebSocket does not reach the upstream, which cannot change the protocol: %s',
    async (_, upgrade) => {
      reply = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
      const rest = `${upgrade}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab`;
      const answer = await sendTo(silent, 300, `POST /pass/x HTTP/1.1\r\n${authorizedThere}${rest}`);
      expect(answer).toMatch(/^HTTP\/1\.1 502 [^]*upstream_answer_refused/);
      expect(codes(silent)).toEqual(['upstream_answer_refused']);
      expect(got).not.toMatch(/upgrade/i);
      expect(got).toMatch(/content-encoding: gzip\r\n[^]*\r\n\r\nab$/);
    },
  );
});
