// What of an HTTP upstream's head comes to the client: where redirects lead, where something new is, further headers; and how a target
// that can be written in several ways reaches the upstream.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { startWorld, type World } from './harness.ts';

const POLICY = {
  'gateway.rego': `package gateway

default decision := {"action": "deny", "reason": "default"}

decision := {"action": "allow"} if not input.request.query.masked
decision := {"action": "allow", "mask": {"response": ["$.secret"]}} if input.request.query.masked == ["yes"]
`,
};

let world: World;
beforeAll(async () => {
  world = await startWorld({
    policy: POLICY,
    connectionsFor: (upstream) => `
  - {name: paged, kind: http, path: /paged, upstream: "${upstream}/v1", credential: {kind: none}, forwardResponseHeaders: [link, x-ratelimit-remaining, repr-digest]}
  - {name: files, kind: http, inspection: headers, path: /files, upstream: "${upstream}/v1", credential: {kind: none}, forwardResponseHeaders: [x-file]}
  - {name: all, kind: http, path: /, upstream: "${upstream}", credential: {kind: none}}`,
  });
});
afterAll(() => world.close());

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${await world.token()}`, ...(init.headers as Record<string, string>) };
  return fetch(`${world.url}${path}`, { redirect: 'manual', ...init, headers });
}

/** The upstream's next answers; `HERE` in a header's value is its own address. */
function answerWith(status: number, headers: Readonly<Record<string, string>>, body = ''): void {
  world.respond = (request, response) => {
    const here = `http://${request.headers.host}`;
    const written = Object.entries(headers).map(([name, value]) => [name, value.replaceAll('HERE', here)]);
    response.writeHead(status, Object.fromEntries(written) as Record<string, string>).end(body);
  };
}

describe.each(['/api', '/files'])('references in the head of an answer at %s', (mount) => {
  test.each([
    ['HERE/v1/orders/7?a=1#top', `${mount}/orders/7?a=1#top`],
    ['/v1/orders/7', `${mount}/orders/7`],
    ['7', `${mount}/7`],
    ['/v1', mount],
    ['../v1/x/../y', `${mount}/y`],
  ])('a redirect to %s leads to its place at the gate', async (location, place) => {
    answerWith(303, { location, 'content-type': 'text/html' }, '<a href="http://inside/">');
    const answer = await ask(`${mount}/orders`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, place]);
    expect([await answer.text(), answer.headers.get('content-type')]).toEqual(['', null]);
  });

  test.each([
    'http://elsewhere.example/v1/x',
    '/v2/x',
    '/v10',
    'http://user@HERE/v1',
    '//elsewhere.example/v1',
    'javascript:1',
    '',
  ])('a redirect to %s is not passed on', async (location) => {
    answerWith(302, { location: location.replace('user@HERE', 'user@127.0.0.1') });
    const answer = await ask(`${mount}/orders`);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      location === '' ? 302 : 502,
      location === '' ? `${mount}/orders` : null,
    ]);
  });

  test('other answers of this class are not passed on', async () => {
    for (const status of [300, 305, 306]) {
      answerWith(status, { location: '/v1/x' });
      expect((await ask(`${mount}/orders`)).status).toBe(502);
    }
  });

  test('where something new is, is said as its place at the gate, or not at all', async () => {
    answerWith(
      201,
      { location: 'HERE/v1/orders/8', 'content-location': '/v1/orders/8', 'content-type': 'application/json' },
      '{}',
    );
    const made = await ask(`${mount}/orders`);
    expect([made.status, made.headers.get('location'), made.headers.get('content-location')]).toEqual([
      201,
      `${mount}/orders/8`,
      `${mount}/orders/8`,
    ]);
    answerWith(201, { location: 'http://inside.example/orders/8', 'content-type': 'application/json' }, '{}');
    expect((await ask(`${mount}/orders`)).headers.get('location')).toBeNull();
  });
});

test('at the root of a host places are those of the upstream', async () => {
  answerWith(308, { location: '/somewhere/else' });
  expect((await ask('/somewhere')).headers.get('location')).toBe('/somewhere/else');
  for (const location of ['HERE//evil.example/x', '/.//evil.example/x', '/\\evil.example']) {
    answerWith(308, { location });
    const answer = await ask('/somewhere');
    expect([location, answer.status, answer.headers.get('location')]).toEqual([location, 502, null]);
  }
});

test('a redirect whose answer would be masked has no body to mask', async () => {
  answerWith(303, { location: '/v1/orders/7', 'content-type': 'application/json', etag: '"1"' }, '{"secret": 1}');
  const answer = await ask('/api/orders?masked=yes');
  expect([answer.status, await answer.text(), answer.headers.get('etag')]).toEqual([303, '', null]);
});

describe('headers of answers', () => {
  const HEADERS = {
    link: '</v1?page=2>; rel="next"',
    'x-ratelimit-remaining': '7',
    'x-file': 'a',
    'x-inside': '1',
    'repr-digest': 'sha-256=:x:',
  };

  test('those that the connection names come back, others do not', async () => {
    answerWith(200, { 'content-type': 'application/json', ...HEADERS }, '{"secret":1}');
    const answer = await ask('/paged/x');
    const got = Object.fromEntries(Object.keys(HEADERS).map((name) => [name, answer.headers.get(name)]));
    expect(got).toEqual({ ...HEADERS, 'x-file': null, 'x-inside': null });
    expect((await ask('/files/x')).headers.get('x-file')).toBe('a');
    expect((await ask('/api/x')).headers.get('link')).toBeNull();
  });

  test('digests of what was masked do not', async () => {
    answerWith(200, { 'content-type': 'application/json', ...HEADERS }, '{"secret":1}');
    const answer = await ask('/paged/x?masked=yes');
    expect([answer.headers.get('link'), answer.headers.get('repr-digest')]).toEqual([HEADERS.link, null]);
    expect(await answer.json()).toEqual({ secret: '[redacted]' });
  });
});

describe('targets', () => {
  const upstreamUrl = async (target: string, host = '127.0.0.1'): Promise<string> => {
    world.seen.length = 0;
    answerWith(200, { 'content-type': 'application/json' }, '{}');
    const token = await world.token();
    const status = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(world.url).port), '127.0.0.1');
      socket.on('error', reject).on('data', (chunk: Buffer) => {
        socket.destroy();
        resolve(chunk.toString().slice(9, 12));
      });
      socket.write(`GET ${target} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${token}\r\n\r\n`);
    });
    return world.seen[0]?.url ?? status;
  };

  test('a space in the query is written so that every reader sees one', async () => {
    expect(await upstreamUrl('/api/x?q=a%20b&r=a+b&s=1%2B1')).toBe('/v1/x?q=a%20b&r=a%20b&s=1%2B1');
  });

  test('the absolute form is that of the origin, when it names the same host', async () => {
    expect(await upstreamUrl('http://gate.example/api/x?y=1', 'gate.example')).toBe('/v1/x?y=1');
    expect(await upstreamUrl('HTTPS://Gate.Example/api/x', 'gate.example')).toBe('/v1/x');
    expect(await upstreamUrl('http://other.example/api/x', 'gate.example')).toBe('400');
    expect(await upstreamUrl('http://gate.example', 'gate.example')).toBe('/');
    expect(await upstreamUrl('ftp://gate.example/api/x', 'gate.example')).toBe('400');
  });
});
