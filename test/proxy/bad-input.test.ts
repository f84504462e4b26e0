// Whatever comes, from clients or upstreams: an answer in the right protocol with a stable code and the decision's id, nothing of the inside in it,
// one line in the log, and a gate that goes on.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { echo, post, startWorld, toolCall, UPSTREAM_TOKEN, type Seen, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';
import type { ServerResponse } from 'node:http';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    policy: POLICY,
    settings:
      'limits: {bodyBytes: 20000, responseBytes: 20000, eventBytes: 5000, upstreamTimeoutMs: 300, bodyTimeoutMs: 300}',
  });
});
afterEach(() => {
  world.respond = echo;
});
afterAll(async () => {
  expect((await post(world, toolCall('free'))).status).toBe(200);
  await world.close();
});

const INSIDE = [UPSTREAM_TOKEN, '127.0.0.1', 'node:', '/proxy/', 'at async', 'undici', '.ts:'];

/** One request; what is wrong with it is answered as it has to be. */
async function expectRefusal(answered: Promise<Response>): Promise<void> {
  const before = world.log().length;
  const answer = await answered;
  const text = await answer.text();
  expect(answer.headers.get('content-type')).toBe('application/json');
  const body = JSON.parse(text) as {
    jsonrpc?: string;
    error?: { code: number; message: string; data: { code: string; decision_id: string } };
    result?: { isError?: boolean };
  };
  expect(body.jsonrpc).toBe('2.0');
  if (body.error === undefined) expect(body.result?.isError).toBe(true);
  else {
    expect(Number.isInteger(body.error.code)).toBe(true);
    expect(body.error.data.code).toMatch(/^[a-z_]+$/);
  }
  const events = world.log();
  expect(events.length).toBe(before + 1);
  expect(text).toContain(events.at(-1)!.decision_id);
  for (const word of INSIDE) expect(text).not.toContain(word);
}

describe('from clients', () => {
  const call = JSON.stringify(toolCall('free', { a: [1, { b: 'c' }], d: '\u00e9' }));

  test('bodies with bytes changed, added and missing', async () => {
    const edits = fc.array(
      fc.tuple(
        fc.nat(call.length - 1),
        fc.constantFrom('', '"', '{', '}', ',', ':', '\\', '\u0000', '\ud800', '9e999', '[['),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        let body = call;
        for (const [at, text] of changes) body = body.slice(0, at) + text + body.slice(at + 1);
        const before = world.log().length;
        const answer = await post(world, body);
        const text = await answer.text();
        expect([answer.status === 200 || answer.status === 400, world.log().length]).toEqual([true, before + 1]);
        expect(() => JSON.parse(text) as unknown).not.toThrow();
        for (const word of INSIDE) expect(text).not.toContain(word);
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, string]>([
    ['a number', '5'],
    ['null', 'null'],
    ['a text', '"x"'],
    ['nothing but blanks', '  \n '],
    ['an empty object', '{}'],
    ['an empty list', '[]'],
    ['deep brackets', '['.repeat(5000)],
    ['deep objects', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`],
    ['a byte order mark', '\ufeff{}'],
    ['a version that is a number', '{"jsonrpc":2.0,"id":1,"method":"tools/list"}'],
    ['a method that is empty', '{"jsonrpc":"2.0","id":1,"method":""}'],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"tools/list"}'],
    ['parameters in a list', '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[1]}'],
    ['a tool without a name', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}'],
    ['a resource without an address', '{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":7}}'],
    ['an answer with both', '{"jsonrpc":"2.0","id":1,"result":{},"error":{}}'],
    ['an answer without an id', '{"jsonrpc":"2.0","result":{}}'],
    ['a prototype', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"free"},"__proto__":{}}'],
  ])('%s', (_, body) => expectRefusal(post(world, body)));

  test.each<[string, Record<string, string>]>([
    ['a version of odd characters', { 'mcp-protocol-version': '2025/../x' }],
    ['a version that is long', { 'mcp-protocol-version': '2'.repeat(100) }],
    ['a session that was never given', { 'mcp-session-id': 'x' }],
    ['a session of odd characters', { 'mcp-session-id': '%00"' }],
    ['a session that is long', { 'mcp-session-id': `${'a'.repeat(9000)}.${'b'.repeat(43)}` }],
    ['no type', { 'content-type': '' }],
    ['a type with a charset', { 'content-type': 'application/json; charset=latin1' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['an encoding', { 'content-encoding': 'br' }],
    ['a token of odd characters', { authorization: 'Bearer a b' }],
    ['a token that is long', { authorization: `Bearer ${'a'.repeat(20_000)}` }],
    ['an origin', { origin: 'null' }],
  ])('%s in the head', (_, headers) => expectRefusal(post(world, toolCall('free'), headers)));
});

describe('from upstreams', () => {
  const answerWith =
    (type: string | undefined, body: string | Uint8Array, status = 200) =>
    (_: Seen, response: ServerResponse): void => {
      response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(body);
    };
  const JSON_TYPE = 'application/json';

  test.each<[string, ReturnType<typeof answerWith>]>([
    ['no JSON', answerWith(JSON_TYPE, '{"jsonrpc"')],
    ['a key twice', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}')],
    ['no UTF-8', answerWith(JSON_TYPE, Uint8Array.of(0x22, 0xff, 0x22))],
    ['a list', answerWith(JSON_TYPE, '[{"jsonrpc":"2.0","id":1,"result":{}}]')],
    ['a text', answerWith(JSON_TYPE, '"hunter2"')],
    ['neither result nor error', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1}')],
    ['a result that is a list', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":[]}')],
    ['content that is no list', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{"content":{"0":1}}}')],
    [
      'content of nothing known',
      answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"video"}]}}'),
    ],
    ['content of numbers', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{"content":[1]}}')],
    [
      'a text that is none',
      answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":1}]}}'),
    ],
    ['an unknown member', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{"hidden":"hunter2"}}')],
    ['too much', answerWith(JSON_TYPE, JSON.stringify('x'.repeat(30_000)))],
    ['a part', answerWith(JSON_TYPE, '{"jsonrpc":"2.0","id":1,"result":{}}', 206)],
    ['HTML', answerWith('text/html', '<p>hunter2</p>')],
    ['no type', answerWith(undefined, 'hunter2')],
    ['a redirect', answerWith(JSON_TYPE, '', 302)],
    ['a refused credential', answerWith(JSON_TYPE, '{"error":"hunter2"}', 401)],
    ['HTML of an error', answerWith('text/html', 'hunter2 at /srv/app.js:5', 500)],
    ['an end at once', (_, response) => void response.destroy()],
    ['no end', () => {}],
  ])('%s, under a mask', async (_, respond) => {
    world.respond = respond;
    const answered = post(world, toolCall('masked'));
    await expectRefusal(answered);
    expect(JSON.stringify(world.log().at(-1))).not.toContain('hunter2');
  });

  test.each<[string, string | Uint8Array]>([
    ['no UTF-8', Uint8Array.of(0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0x0a, 0x0a)],
    ['an event too large', `data: ${'x'.repeat(9000)}\n\n`],
    ['an event without end', `data: ${'x'.repeat(9000)}`],
  ])('a stream with %s, under a mask, is cut', async (_, body) => {
    world.respond = answerWith('text/event-stream', body);
    const answer = await post(world, toolCall('masked'));
    await expect(answer.text()).rejects.toThrow();
  });

  test('a stream with no JSON, under a mask, ends with an answer in its place', async () => {
    world.respond = answerWith('text/event-stream', 'data: {"hunter2"\n\n');
    const body = await (await post(world, toolCall('masked'))).text();
    expect(body).toMatch(/^data: .*"id":1,.*response_withheld.*\n\n$/);
    expect(body).not.toContain('hunter2');
  });

  test('streams of any bytes leave nothing unmasked and the gate alive', async () => {
    const piece = fc.constantFrom(
      'data: ',
      'id: 1',
      'event: x',
      '\n',
      '\r',
      '\n\n',
      ':',
      '{"secret":"hunter2"}',
      '{"jsonrpc":"2.0","id":1,"result":{"structuredContent":{"secret":"hunter2"}}}',
      '\u0000',
      'retry: 1',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
        world.respond = answerWith('text/event-stream', `${pieces.join('')}\n\n`);
        const answer = await post(world, toolCall('masked'));
        const text = await answer.text().catch(() => '');
        expect(text).not.toContain('hunter2');
      }),
      { numRuns: 60 },
    );
  });
});
