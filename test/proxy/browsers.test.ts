// Clients in browsers of other origins: allowed ones may ask first, call, and read what the protocols need; others get nothing.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startWorld, toolCall, type World } from './harness.ts';

const POLICY = { 'gateway.rego': 'package gateway\n\ndecision := {"action": "allow"}\n' };
const APP = 'https://app.example';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    policy: POLICY,
    settings: `allowedOrigins: ["${APP}"]`,
    connectionsFor: (upstream) =>
      `  - {name: own, kind: http, path: /own, upstream: "${upstream}", credential: {kind: none}, forwardHeaders: [x-request-id], forwardResponseHeaders: [x-total]}`,
  });
});
afterAll(() => world.close());

const asks = (origin: string, method: string, headers?: string): RequestInit => ({
  method: 'OPTIONS',
  headers: {
    origin,
    'access-control-request-method': method,
    ...(headers === undefined ? {} : { 'access-control-request-headers': headers }),
  },
});

/** Headers of the CORS protocol in an answer, without their prefix. */
function cors(answer: Response): Record<string, string> {
  const found = [...answer.headers].filter(([name]) => name.startsWith('access-control-'));
  return Object.fromEntries(found.map(([name, value]) => [name.slice('access-control-'.length), value]));
}

test('an allowed origin may ask without a token what it may send', async () => {
  const wanted = 'Authorization,content-type,mcp-protocol-version,Mcp-Param-City,dpop,x-request-id,cookie,x-evil';
  const answer = await fetch(`${world.url}/mcp/tools`, asks(APP, 'POST', wanted));
  expect(answer.status).toBe(204);
  expect(cors(answer)).toEqual({
    'allow-origin': APP,
    'allow-methods': 'GET, POST, DELETE',
    'allow-headers': 'authorization, content-type, mcp-protocol-version, mcp-param-city, dpop',
    'expose-headers': expect.stringContaining('mcp-session-id'),
    'max-age': '600',
  });
  expect(answer.headers.get('vary')).toBe('Origin');
  const own = await fetch(`${world.url}/own/x`, asks(APP, 'PUT', 'x-request-id'));
  expect(cors(own)).toMatchObject({
    'allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    'allow-headers': 'x-request-id',
    'expose-headers': expect.stringContaining('x-total'),
  });
  expect(world.seen).toEqual([]);
});

test('other origins may not, nor where there is nothing', async () => {
  const other = await fetch(`${world.url}/mcp/tools`, asks('https://evil.example', 'POST'));
  expect([other.status, cors(other)]).toEqual([403, {}]);
  expect((await fetch(`${world.url}/nothing`, asks(APP, 'POST'))).status).toBe(404);
});

test('answers of all kinds can be read by the allowed origin alone', async () => {
  const call = async (origin: string | undefined, token: string): Promise<Response> =>
    fetch(`${world.url}/mcp/tools`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        ...(origin === undefined ? {} : { origin }),
      },
      body: JSON.stringify(toolCall('free')),
    });
  const token = await world.token();
  const good = await call(APP, token);
  expect([good.status, cors(good)['allow-origin']]).toEqual([200, APP]);
  const refused = await call(APP, 'nonsense');
  expect([refused.status, cors(refused)['allow-origin']]).toEqual([401, APP]);
  expect(cors(refused)['expose-headers']).toContain('www-authenticate');
  const plain = await call(undefined, token);
  expect([plain.status, cors(plain), plain.headers.get('vary')]).toEqual([200, {}, null]);
  expect((await call('https://evil.example', token)).status).toBe(403);
});

test('an upstream that varies by more still does', async () => {
  world.respond = (_, response) => {
    response
      .writeHead(200, {
        'content-type': 'application/json',
        vary: 'accept-language',
        'access-control-allow-origin': '*',
      })
      .end('{}');
  };
  const headers = { authorization: `Bearer ${await world.token()}`, origin: APP };
  const answer = await fetch(`${world.url}/own/x`, { headers });
  expect([answer.headers.get('vary'), cors(answer)['allow-origin']]).toEqual(['Origin, accept-language', APP]);
});

test('the metadata that say where tokens come from can be read, with the header that MCP clients send', async () => {
  const url = `${world.url}/.well-known/oauth-protected-resource/mcp/tools`;
  const asked = await fetch(url, asks(APP, 'GET', 'mcp-protocol-version'));
  expect([asked.status, cors(asked)['allow-headers']]).toEqual([204, 'mcp-protocol-version']);
  const found = await fetch(url, { headers: { origin: APP } });
  expect([found.status, cors(found)['allow-origin']]).toEqual([200, APP]);
  expect(cors(await fetch(url, { headers: { origin: 'https://evil.example' } }))).toEqual({});
});
