// The request line with real HTTP: bodies, decisions, masks, what reaches the upstream and what the log says.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { echo, post, startWorld, toolCall, UPSTREAM_TOKEN, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({
    policy: POLICY,
    connectionsFor: (upstream) =>
      `  - {name: errors, kind: mcp, path: /mcp/errors, upstream: "${upstream}/mcp", denyAs: error, credential: {kind: none}}`,
    settings:
      'limits: {keepAliveMs: 100, bodyBytes: 20000, responseBytes: 50000, upstreamTimeoutMs: 300, bodyTimeoutMs: 300}',
  });
});
afterEach(() => {
  world.respond = echo;
});
afterAll(() => world.close());

interface RpcAnswer {
  readonly id: unknown;
  readonly result?: {
    content?: { type: string; text: string }[];
    structuredContent?: unknown;
    isError?: boolean;
    ok?: boolean;
  };
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data: { readonly code: string; readonly decision_id: string };
  };
}

const json = async (answer: Response): Promise<RpcAnswer> => (await answer.json()) as RpcAnswer;

/** Refused before the upstream, as a JSON-RPC error of this code. */
async function expectError(answer: Response, status: number, code: string): Promise<RpcAnswer> {
  const body = await json(answer);
  expect([answer.status, body.error?.data.code]).toEqual([status, code]);
  expect(world.log().at(-1)!.decision_id).toBe(body.error!.data.decision_id);
  return body;
}

const text = (answer: RpcAnswer): string => answer.result!.content![0]!.text;

describe('bodies', () => {
  const refused = async (
    body: string,
    status: number,
    code: string,
    headers: Record<string, string> = {},
  ): Promise<RpcAnswer> => {
    const before = world.seen.length;
    const answer = await expectError(await post(world, body, headers), status, code);
    expect(world.seen.length).toBe(before);
    return answer;
  };
  const call = '"jsonrpc":"2.0","id":1,"method":"tools/call"';

  test('too large', () => refused(JSON.stringify(toolCall('free', { a: 'x'.repeat(20_000) })), 413, 'body_too_large'));
  test('not JSON', async () => expect((await refused('{"a":', 400, 'malformed_json')).error!.code).toBe(-32700));
  test('empty', () => refused('', 400, 'invalid_message'));
  test('a duplicate key', () => refused(`{${call},"params":{"name":"free","name":"approve"}}`, 400, 'malformed_json'));
  test('a duplicate key by escape', () =>
    refused(`{${call},"params":{"name":"free","n\\u0061me":"x"}}`, 400, 'malformed_json'));
  test('keys that differ in case', () =>
    refused(`{${call},"params":{"name":"free","Name":"x"}}`, 400, 'malformed_json'));
  test('a key in another case alone', () => refused(`{${call},"params":{"Name":"free"}}`, 400, 'invalid_message'));
  test('a letter that folds to s', () =>
    refused(`{${call},"param\u017f":{},"params":{"name":"free"}}`, 400, 'malformed_json'));
  test('a batch', () => refused(JSON.stringify([toolCall('free')]), 400, 'invalid_message'));
  test('no version', () => refused('{"id":1,"method":"tools/list"}', 400, 'invalid_message'));
  test('an unknown member', () => refused(`{${call},"params":{"name":"free"},"extra":1}`, 400, 'invalid_message'));
  test('request and response in one', () =>
    refused(`{${call},"params":{"name":"free"},"result":{}}`, 400, 'invalid_message'));
  test('a tool that is no text', () => refused(`{${call},"params":{"name":["free"]}}`, 400, 'invalid_message'));
  test('an id that is an object', () =>
    refused('{"jsonrpc":"2.0","id":{},"method":"tools/list"}', 400, 'invalid_message'));
  test('another type', () =>
    refused(JSON.stringify(toolCall('free')), 415, 'unsupported_body', { 'content-type': 'text/plain' }));
  test('another character set', () =>
    refused('{}', 415, 'unsupported_body', { 'content-type': 'application/json; charset=utf-16' }));
  test('encoded', () => refused('{}', 415, 'unsupported_body', { 'content-encoding': 'gzip' }));
  test('a method header that lies', async () => {
    const answer = await refused(JSON.stringify(toolCall('free')), 400, 'header_mismatch', {
      'mcp-method': 'tools/list',
    });
    expect(answer.error!.code).toBe(-32020);
  });
  test('a name header that lies', () =>
    refused(JSON.stringify(toolCall('free')), 400, 'header_mismatch', { 'mcp-name': 'approve' }));
  test('headers that tell the truth', async () => {
    const encoded = `=?base64?${Buffer.from('free').toString('base64')}?=`;
    expect((await post(world, toolCall('free'), { 'mcp-method': 'tools/call', 'mcp-name': encoded })).status).toBe(200);
  });
  test('an origin that is not allowed', () =>
    refused(JSON.stringify(toolCall('free')), 403, 'forbidden_origin', { origin: 'https://evil.example' }));
  test('invalid UTF-8', async () => {
    const answer = await fetch(`${world.url}/mcp/tools`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.token()}` },
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    await expectError(answer, 400, 'malformed_json');
  });
  test.each([
    ['at once', ['7530\r\n', '1'.repeat(30_000), '\r\n0\r\n\r\n'].join('')],
    ['in pieces that come later', '', '7530\r\n', '1'.repeat(15_000), `${'1'.repeat(15_000)}\r\n0\r\n\r\n`],
  ])('too large with no length told, %s', async (_, ...pieces) => {
    const token = await world.token();
    const [first, ...later] = pieces;
    const answer = await rawRequest(
      `POST /mcp/tools HTTP/1.1\r\nhost: gate.example\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n${first}`,
      later,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
  test('that do not arrive', async () => {
    const token = await world.token();
    const answer = await rawRequest(
      `POST /mcp/tools HTTP/1.1\r\nhost: gate.example\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('body_timeout');
  });
  test('of nobody known are not waited for', async () => {
    const answer = await rawRequest(
      'POST /mcp/tools HTTP/1.1\r\nhost: gate.example\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });
  test('two tokens', async () => {
    const token = await world.token();
    const answer = await rawRequest(
      `POST /mcp/tools HTTP/1.1\r\nhost: gate.example\r\nauthorization: Bearer ${token}\r\nauthorization: Bearer x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*malformed_request/);
  });
  test('numbers reach the upstream as they were written', async () => {
    await post(world, `{${call},"params":{"name":"free","arguments":{"n":12345678901234567890,"d":1.10}}}`);
    expect(world.seen.at(-1)!.body).toContain('{"n":12345678901234567890,"d":1.10}');
  });
});

describe('decisions', () => {
  test('allow', async () => {
    const answer = await post(world, toolCall('free'));
    expect([answer.status, await answer.json()]).toEqual([200, { jsonrpc: '2.0', id: 1, result: { ok: true } }]);
    expect(world.log().at(-1)).toMatchObject({
      labels: { app: 'regate', env: 'test' },
      path: 'gateway/decision',
      input: { identity: { subject: 'ada' }, connection: 'tools', mcp: { tool: 'free' } },
      result: { action: 'allow' },
      requested_by: '127.0.0.1',
    });
  });

  const denied = async (tool: string, code: string, args: unknown = {}): Promise<string> => {
    const before = world.seen.length;
    const answer = await post(world, toolCall(tool, args, 'an id'));
    expect(answer.status).toBe(200);
    const body = await json(answer);
    expect([body.id, body.result?.isError]).toEqual(['an id', true]);
    expect(text(body)).toContain(code);
    const event = world.log().at(-1)!;
    expect(text(body)).toContain(event.decision_id);
    expect(event.error!.code).toBe(code);
    expect(world.seen.length).toBe(before);
    return text(body);
  };

  test('deny', async () => expect(await denied('other', 'policy_denied')).toContain('default'));
  test('approve denies for now', async () => expect(await denied('approve', 'approval_required')).toContain('ask'));
  test('an evaluation that takes too long is ended, and the gate goes on', async () => {
    const words = Array.from({ length: 700 }, (_, i) => `w${i}`);
    await denied('slow', 'decision_failed', { words });
    expect(world.log().at(-1)!.error!.message).toBe('eval_cancel_error');
    expect((await post(world, toolCall('free'))).status).toBe(200);
  });
  test('an unknown action', () => denied('wrong-action', 'decision_failed'));
  test('an unknown key', () => denied('unknown-key', 'decision_failed'));
  test('a path that is not understood', () => denied('wrong-path', 'decision_failed'));
  test('a boolean', () => denied('boolean', 'decision_failed'));
  test('rules in conflict', async () => expect(await denied('conflict', 'decision_failed')).not.toContain('conflict'));
  test('a built-in that fails', () => denied('failing', 'decision_failed', { n: 'x' }));
  test('contents are not logged when there is no decision', async () => {
    await denied('failing', 'decision_failed', { n: 'n-1234', pin: 'p-5678' });
    expect(JSON.stringify(world.log().at(-1))).not.toMatch(/n-1234|p-5678/);
    expect(world.log().at(-1)!.error!.message).toMatch(/^gateway\.rego:\d+: eval_builtin_error$/);
  });
  test('other methods are denied by a JSON-RPC error', async () => {
    const body = await expectError(
      await post(world, { jsonrpc: '2.0', id: 7, method: 'completion/complete' }),
      200,
      'policy_denied',
    );
    expect(body.id).toBe(7);
  });
  test('a notification is denied by its status', async () => {
    const answer = await post(world, { jsonrpc: '2.0', method: 'notifications/other' });
    await expectError(answer, 403, 'policy_denied');
  });
  test('modern results say that they are complete', async () => {
    const answer = await json(
      await post(world, toolCall('other'), {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'other',
      }),
    );
    expect(answer.result).toMatchObject({ resultType: 'complete', isError: true });
  });
});

test('an undefined decision denies', async () => {
  const other = await startWorld({
    policy: { 'gateway.rego': 'package gateway\n\ndecision := {"action": "allow"} if input.mcp.tool == "never"\n' },
  });
  try {
    const answer = await json(await post(other, toolCall('free')));
    expect(text(answer)).toContain('decision_failed');
    expect(other.log().at(-1)!.error!.message).toBe('the decision is undefined');
    expect(other.seen).toEqual([]);
  } finally {
    await other.close();
  }
});

describe('what the upstream gets', () => {
  test('its own credential, never the token, no identity from outside', async () => {
    const token = await world.token();
    await post(world, toolCall('free'), {
      authorization: `Bearer ${token}`,
      cookie: 'a=b',
      'x-forwarded-for': '1.2.3.4',
      'x-user': 'root',
      x_user: 'root',
      'x-anything': '1',
      'accept-encoding': 'gzip',
      'mcp-param-region': 'eu',
    });
    const { headers, url } = world.seen.at(-1)!;
    expect(headers.authorization).toBe(`Bearer ${UPSTREAM_TOKEN}`);
    expect(JSON.stringify(world.seen.at(-1))).not.toContain(token);
    for (const name of ['cookie', 'x-forwarded-for', 'x-user', 'x_user', 'x-anything'])
      expect(headers[name]).toBeUndefined();
    expect([headers['accept-encoding'], headers['mcp-param-region'], url]).toEqual(['identity', 'eu', '/mcp']);
    const log = JSON.stringify(world.log().at(-1));
    expect(log).not.toContain(token);
    expect(log).not.toContain(UPSTREAM_TOKEN);
  });

  test('at its own address, which no caller has a part in', async () => {
    const args = { path: '/../admin', url: 'http://evil.example/', 'x-admin': '1' };
    const answer = await fetch(`${world.url}/mcp/tools?path=/admin&x=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.token()}` },
      body: JSON.stringify(toolCall('free', args)),
    });
    expect(answer.status).toBe(200);
    const { url, method, headers } = world.seen.at(-1)!;
    expect([method, url, headers['x-admin']]).toEqual(['POST', '/mcp', undefined]);
  });

  test('masked arguments, and the log has no others', async () => {
    await post(world, toolCall('mask-request', { pin: 'p-1234', note: 'n-5678', rest: 1 }));
    expect(JSON.parse(world.seen.at(-1)!.body)).toMatchObject({
      params: { arguments: { pin: '[redacted]', rest: 1 } },
    });
    const line = JSON.stringify(world.log().at(-1));
    expect(line).not.toMatch(/p-1234|n-5678/);
    expect(world.log().at(-1)!.masked).toEqual(['$.pin', '$.note']);
  });

  test("headers of the policy, but the credential is the connection's", async () => {
    await post(world, toolCall('headers'), { 'x-team': 'forged' });
    const { headers } = world.seen.at(-1)!;
    expect([headers['x-team'], headers['x-forwarded-user'], headers.authorization]).toEqual([
      'staff',
      'ada',
      `Bearer ${UPSTREAM_TOKEN}`,
    ]);
  });

  test('unmasked arguments, where the log alone has masks', async () => {
    await post(world, toolCall('mask-log', { pin: 'p-1234', card: '4111111111111111', mail: 'ada@idp.example', n: 1 }));
    expect(world.seen.at(-1)!.body).toContain('p-1234');
    const event = world.log().at(-1)!;
    expect(event.input.mcp!.arguments).toEqual({ card: '****1111', mail: expect.stringMatching(/^sha256:/), n: 1 });
    expect(event.input.request.body).toMatchObject({ params: { arguments: event.input.mcp!.arguments } });
    expect(JSON.stringify(event)).not.toMatch(/p-1234|41111111|ada@/);
    expect(event.masked).toEqual([
      '$..pin',
      '$.input.mcp.arguments.card',
      '$.input.request.body.params.arguments.mail',
    ]);
    expect(event.result).toMatchObject({ tags: ['pii'] });
  });

  test('arguments that the log has not at all', async () => {
    await post(world, toolCall('mask-log-whole', { pin: 'p-1234' }));
    expect(world.seen.at(-1)!.body).toContain('p-1234');
    expect(JSON.stringify(world.log().at(-1))).not.toContain('p-1234');
  });

  test('no mirrors of what is masked, nor has the log', async () => {
    const mirrors = { 'mcp-param-pin': 'p-1234' };
    await post(world, toolCall('mask-request', { pin: 'p-1234' }), mirrors);
    expect(JSON.stringify([world.seen.at(-1), world.log().at(-1)])).not.toContain('p-1234');
    await post(world, toolCall('mask-log', { pin: 'p-1234' }), mirrors);
    expect(world.seen.at(-1)!.headers['mcp-param-pin']).toBe('p-1234');
    expect(JSON.stringify(world.log().at(-1))).not.toContain('p-1234');
  });

  test('nothing when a mask cannot be applied, nor has the log', async () => {
    const before = world.seen.length;
    const answer = await json(await post(world, toolCall('mask-all', { pin: 'p-1234' })));
    expect(text(answer)).toContain('request_not_maskable');
    expect(world.seen.length).toBe(before);
    expect(JSON.stringify(world.log().at(-1))).not.toContain('p-1234');
  });

  test('nothing of a denied call, whose masks the log keeps to', async () => {
    const before = world.seen.length;
    await post(world, toolCall('deny-masked', { pin: 'p-1234' }));
    expect(world.seen.length).toBe(before);
    expect(JSON.stringify(world.log().at(-1))).not.toContain('p-1234');
  });
});

describe('answers', () => {
  const masked = async (result: unknown): Promise<RpcAnswer> => {
    world.respond = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', etag: '"1"' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
    };
    const answer = await post(world, toolCall('masked'));
    expect(answer.headers.get('etag')).toBeNull();
    return json(answer);
  };
  const detected = async (result: unknown): Promise<RpcAnswer> => {
    world.respond = (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
    return json(await post(world, toolCall('detect')));
  };
  const withheld = async (result: unknown): Promise<void> => {
    const answer = await masked(result);
    expect(answer.result!.isError).toBe(true);
    expect(text(answer)).toContain('response_withheld');
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(world.log().at(-1)!.error!.code).toBe('response_withheld');
  };
  const inner = { deep: [{ secret: 'hunter2', open: 1 }] };

  test('masked in structure and text', async () => {
    const { result } = await masked({
      content: [{ type: 'text', text: JSON.stringify(inner) }],
      structuredContent: inner,
    });
    const expected = { deep: [{ secret: '[redacted]', open: 1 }] };
    expect(result!.structuredContent).toEqual(expected);
    expect(JSON.parse(result!.content![0]!.text)).toEqual(expected);
  });
  test('a masked list is no longer for shared caches', async () => {
    world.respond = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public' })
        .end(
          '{"jsonrpc":"2.0","id":1,"result":{"resources":[{"secret":1,"uri":"a:b"},{"uri":"b:c"},{"name":"no uri"}],"ttlMs":1000,"cacheScope":"public"}}',
        );
    };
    const answer = await post(world, { jsonrpc: '2.0', id: 1, method: 'resources/list' });
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    expect((await json(answer)).result).toEqual({
      resources: [{ secret: '[redacted]', uri: 'a:b' }],
      ttlMs: 1000,
      cacheScope: 'private',
    });
  });
  test.each([
    ['tools/list', 'tools', 'name', ['free', 'masked', 'approve'], ['other', 'boolean', 'conflict', 'FREE']],
    ['prompts/list', 'prompts', 'name', ['a:b'], ['b:a']],
    ['resources/templates/list', 'resourceTemplates', 'uriTemplate', ['a:{x}'], ['file:///{x}']],
  ])('%s has only what the caller may use', async (method, member, key, shown, hidden) => {
    for (const type of ['application/json', 'text/event-stream']) {
      world.respond = (_, response) => {
        const items = [...hidden, ...shown].map((name) => ({ [key]: name, description: 'd' }));
        const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { [member]: items, nextCursor: 'c', ttlMs: 5 } });
        response.writeHead(200, { 'content-type': type }).end(type.includes('json') ? text : `data: ${text}\n\n`);
      };
      const answer = await post(world, { jsonrpc: '2.0', id: 1, method });
      const body = await answer.text();
      const { result } = JSON.parse(body.replace(/^data: /, '')) as { result: Record<string, unknown> };
      expect((result[member] as Record<string, unknown>[]).map((item) => item[key])).toEqual(shown);
      expect(result).toMatchObject({ nextCursor: 'c', ttlMs: 5, cacheScope: 'private' });
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
      if (type.includes('json'))
        expect(world.log().at(-1)).toMatchObject({
          custom: { listed: { shown: shown.length, hidden: hidden.length } },
        });
    }
  });
  test('the policy is asked about the answer when it wants to be', async () => {
    const answer = async (rows: number): Promise<RpcAnswer> => {
      const structuredContent = { rows: Array.from({ length: rows }, () => ({ pin: 'p-1234' })) };
      world.respond = (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [], structuredContent } }));
      return json(await post(world, toolCall('judged')));
    };
    expect((await answer(2)).result!.structuredContent).toEqual({
      rows: [{ pin: '[redacted]' }, { pin: '[redacted]' }],
    });
    const [second, first] = world.log().slice(-2);
    expect([first!.result, second!.result!.action]).toEqual([{ action: 'allow', response_phase: true }, 'allow']);
    expect(second!.input).toMatchObject({ phase: 'response', response: { status: 200 }, mcp: { tool: 'judged' } });
    expect(second!.decision_id).not.toBe(first!.decision_id);
    expect(JSON.stringify(second)).not.toContain('p-1234');
    const denied = await answer(3);
    expect(text(denied)).toContain('too many rows');
    expect(JSON.stringify(denied)).not.toContain('p-1234');
    expect(
      world
        .log()
        .slice(-2)
        .map(({ error }) => error?.code),
    ).toEqual(['policy_denied', 'policy_denied']);
  });
  test('about the answer in a stream too', async () => {
    world.respond = (_, response) => {
      const result = '{"content":[],"structuredContent":{"rows":[1,2,{"pin":"p-1234"}]}}';
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`id: 1\ndata: {"jsonrpc":"2.0","id":1,"result":${result}}\n\n`);
    };
    const body = await (await post(world, toolCall('judged'))).text();
    expect(body).toContain('too many rows');
    expect(body).not.toMatch(/p-1234|^id:/m);
  });
  test('patterns are masked in any text', async () => {
    const { result } = await detected({
      content: [
        { type: 'text', text: 'write to ada@example.com, card 4111-1111-1111-1111' },
        { type: 'text', text: JSON.stringify({ mail: 'bob@example.com', deep: '{"ip":"a \\u0031\\u0030.0.0.1"}' }) },
      ],
      structuredContent: { 'eve@example.com': 4111111111111111, note: 'fine' },
    });
    expect(JSON.stringify(result)).not.toMatch(/@example|4111|0\.0\.1/);
    expect(result!.content![0]!.text).toBe('write to [redacted email], card [redacted card]');
    expect(JSON.parse(result!.content![1]!.text)).toEqual({
      mail: '[redacted email]',
      deep: '{"ip":"a [redacted ip]"}',
    });
    expect(result!.structuredContent).toEqual({ '[redacted email]': '[redacted card]', note: 'fine' });
  });
  test('patterns are masked in errors and notifications', async () => {
    world.respond = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(
          'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"ada@example.com logged in"}}\n\n' +
            'data: {"jsonrpc":"2.0","id":1,"error":{"code":-5,"message":"no ada@example.com","data":["10.0.0.1"]}}\n\n',
        );
    };
    const body = await (await post(world, toolCall('detect'))).text();
    expect(body).not.toMatch(/@example|10\.0/);
    expect(body).toContain('[redacted email] logged in');
    expect(body).toContain('"message":"no [redacted email]","data":["[redacted ip]"]');
  });
  test('bytes are withheld under patterns too', async () => {
    for (const block of [
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'audio', data: 'aGk=', mimeType: 'audio/wav' },
      { type: 'resource', resource: { uri: 'a:b', blob: 'aGk=' } },
    ])
      expect(text(await detected({ content: [block] }))).toContain('response_withheld');
  });
  test('resources are documents, each of them', async () => {
    const read = async (contents: unknown): Promise<RpcAnswer> => {
      world.respond = (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { contents } }));
      return json(await post(world, { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'a:b' } }));
    };
    expect(await read([{ uri: 'a:b', text: '{"secret":"hunter2"}' }])).toMatchObject({
      result: { contents: [{ uri: 'a:b', text: '{"secret":"[redacted]"}' }] },
    });
    for (const content of [{ text: 'hunter2' }, { blob: 'aHVudGVyMg==' }, { text: '{"secret":1,"secret":"hunter2"}' }])
      expect(await read([{ uri: 'a:b', ...content }])).toMatchObject({
        error: { data: { code: 'response_withheld' } },
      });
  });
  test('text that is no JSON is withheld', () =>
    withheld({ content: [{ type: 'text', text: 'the secret is hunter2' }] }));
  test('JSON text in a string is withheld', () => withheld({ content: [{ type: 'text', text: '"hunter2"' }] }));
  test('an image is withheld', () =>
    withheld({ content: [{ type: 'image', data: 'hunter2', mimeType: 'image/png' }] }));
  test('an error result is withheld', () => withheld({ isError: true, content: [{ type: 'text', text: 'hunter2' }] }));
  test('error texts are withheld', async () => {
    world.respond = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"jsonrpc":"2.0","id":1,"error":{"code":-5,"message":"hunter2","data":"hunter2"}}');
    };
    const answer = await json(await post(world, toolCall('masked')));
    expect(answer.error).toEqual({ code: -5, message: 'The error text is withheld by policy.' });
  });
  test('a request for input is masked but for its state', async () => {
    const input = (requestState: string): unknown => ({
      resultType: 'input_required',
      inputRequests: { a: { method: 'elicitation/create', params: { message: 'ada@example.com?' } } },
      requestState,
    });
    expect((await detected(input('x@example.com'))).result).toEqual({
      resultType: 'input_required',
      inputRequests: { a: { method: 'elicitation/create', params: { message: '[redacted email]?' } } },
      requestState: 'x@example.com',
    });
    await withheld(input('hunter2'));
  });
  test('what is said to a notification is no message', async () => {
    world.respond = (_, response) =>
      void response.writeHead(202, { 'content-type': 'text/html' }).end('<p>hunter2</p>');
    const answer = await post(world, { jsonrpc: '2.0', method: 'notifications/initialized' });
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([202, null, '']);
  });
  test('an encoded answer is refused, masked or not', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x');
    };
    await expectError(await post(world, toolCall('free')), 502, 'upstream_answer_refused');
  });
  test('a refused credential does not show', async () => {
    world.respond = (_, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="inside"' }).end();
    };
    const answer = await post(world, toolCall('free'));
    expect(answer.headers.get('www-authenticate')).toBeNull();
    await expectError(answer, 502, 'upstream_answer_refused');
  });
  test('a redirect is not followed', async () => {
    world.respond = (_, response) => {
      response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end();
    };
    await expectError(await post(world, toolCall('free')), 502, 'upstream_answer_refused');
  });
  test('an upstream that is slow', async () => {
    world.respond = () => {};
    await expectError(await post(world, toolCall('free')), 504, 'upstream_timeout');
  });
  test('an upstream that breaks off is not made whole', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"jsonrpc"');
      setTimeout(() => response.destroy(), 50);
    };
    await expect(post(world, toolCall('free')).then((answer) => answer.text())).rejects.toThrow();
  });
  test('an answer that is too large is cut', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify('x'.repeat(100_000)));
    };
    await expect(post(world, toolCall('free')).then((answer) => answer.text())).rejects.toThrow();
  });
});

test('an upstream that is down: 502, and its address stays inside', async () => {
  const lonely = await startWorld({ policy: POLICY, upstream: 'http://127.0.0.1:9/mcp' });
  try {
    const answer = await post(lonely, toolCall('free'));
    const body = await answer.text();
    expect(answer.status).toBe(502);
    expect(body).toContain('upstream_unavailable');
    expect(body).not.toContain('127.0.0.1');
    expect(lonely.log().at(-1)!.error!.code).toBe('upstream_unavailable');
  } finally {
    await lonely.close();
  }
});

describe("the policy's own masks of the log", () => {
  const rules = (mask: string): Readonly<Record<string, string>> => ({
    ...POLICY,
    'log.rego': `package system.log\n\n${mask}\n`,
  });

  test('erase and replace', async () => {
    const mask = `mask contains "/input/request/body" if input.input.mcp.tool == "free"

mask contains {"op": "upsert", "path": "/input/mcp/arguments/pin", "value": "***"}

mask contains "/input/nothing/here"`;
    const other = await startWorld({ policy: rules(mask) });
    try {
      expect((await post(other, toolCall('free', { pin: 'p-1234', list: [1] }))).status).toBe(200);
      const event = other.log().at(-1)!;
      expect(event.input.mcp!.arguments).toEqual({ pin: '***', list: [1] });
      expect([event.erased, event.masked]).toEqual([['/input/request/body'], ['/input/mcp/arguments/pin']]);
      expect(JSON.stringify(event)).not.toContain('p-1234');
      expect(other.seen.at(-1)!.body).toContain('p-1234');
    } finally {
      await other.close();
    }
  });

  test.each([
    'mask := 1',
    'mask := ["/labels"]',
    'mask := [{"op": "add", "path": "/input/x"}]',
    'mask := [to_number("x")]',
  ])('that fail keep the answer back: %s', async (mask) => {
    const other = await startWorld({ policy: rules(mask) });
    try {
      const answer = await post(other, toolCall('free'));
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain('log_unavailable');
      expect(other.log()).toEqual([]);
      expect(other.reports[0]).toContain('log_unavailable');
    } finally {
      await other.close();
    }
  });
});

describe('sessions', () => {
  test('belong to the caller they were given to', async () => {
    world.respond = (_, response) => {
      response
        .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'inner-session' })
        .end('{"jsonrpc":"2.0","id":1,"result":{}}');
    };
    const opened = await post(world, { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} });
    const session = opened.headers.get('mcp-session-id')!;
    world.respond = echo;
    // A fresh token of the same caller has the same session.
    const again = await post(world, toolCall('free'), {
      'mcp-session-id': session,
      authorization: `Bearer ${await world.token({ jti: 'new' })}`,
    });
    expect(again.status).toBe(200);
    expect(world.seen.at(-1)!.headers['mcp-session-id']).toBe('inner-session');
    const line = JSON.stringify(world.log().at(-1));
    expect(line).not.toContain('inner-session');
    expect(line).not.toContain(session);
    const thief = await post(world, toolCall('free'), {
      'mcp-session-id': session,
      authorization: `Bearer ${await world.token({ sub: 'eve' })}`,
    });
    await expectError(thief, 404, 'unknown_session');
    await expectError(
      await post(world, toolCall('free'), { 'mcp-session-id': 'inner-session' }),
      404,
      'unknown_session',
    );
  });
});

describe('streams', () => {
  const stream = { 'content-type': 'text/event-stream' };

  test('come through as they are, piece by piece', async () => {
    let release = (): void => {};
    world.respond = (_, response) => {
      response.writeHead(200, stream).write(': hello\n\nid: 1\ndata: {"a":\ndata: 1}\n\n');
      release = () => response.end('data: end\n\n');
    };
    const answer = await post(world, toolCall('free'));
    const reader = answer.body!.getReader();
    const first = Buffer.from((await reader.read()).value!).toString();
    expect(first).toContain('data: {"a":');
    release();
    expect(Buffer.from((await reader.read()).value!).toString()).toBe('data: end\n\n');
  });

  test('are masked event by event', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, stream);
      response.write('data: {"jsonrpc":"2.0","method":"notifications/message","params":{"data":"hunter2"}}\n\n');
      response.write(
        'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1,"message":"hunter2"}}\n\n',
      );
      response.end(
        'id: 7\ndata: {"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"secret":"hunter2"}}}\n\n',
      );
    };
    const body = await (await post(world, toolCall('masked'))).text();
    expect(body).not.toContain('hunter2');
    expect(body).toContain('"progress":1');
    expect(body).toMatch(/^id: [\w-]+\.[\w-]{43}$/m);
    expect(body).toContain(
      'data: {"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"secret":"[redacted]"}}}',
    );
  });

  test('under paths ask nothing that could say what is masked', async () => {
    world.respond = (_, response) => {
      response
        .writeHead(200, stream)
        .end(
          'data: {"jsonrpc":"2.0","id":7,"method":"ping","params":{"x":"hunter2"}}\n\n' +
            'data: {"jsonrpc":"2.0","id":8,"method":"sampling/createMessage","params":{"x":"hunter2"}}\n\n',
        );
    };
    const body = await (await post(world, toolCall('masked'))).text();
    expect(body).toContain('data: {"jsonrpc":"2.0","id":7,"method":"ping"}');
    // The call's answer, so that nobody waits for one.
    expect(body).toMatch(/"id":1,.*response_withheld/);
    expect(body).not.toMatch(/hunter2|sampling/);
  });

  test('answer a call once: what comes after an answer in the upstream’s place is not passed on', async () => {
    const result = 'data: {"jsonrpc":"2.0","id":1,"result":{"content":[],"structuredContent":{"fine":1}}}\n\n';
    for (const first of [
      'data: {"jsonrpc":"2.0","id":8,"method":"sampling/createMessage","params":{}}\n\n',
      'data: hunter2 is no JSON\n\n',
      'data: {"jsonrpc":"2.0","id":1,"result":{"secret":"a","secret":"hunter2"}}\n\n',
    ]) {
      world.respond = (_, response) => {
        response.writeHead(200, stream).write(first);
        setTimeout(() => response.end(result), 20);
      };
      const reports = world.reports.length;
      const body = await (await post(world, toolCall('masked'))).text();
      expect(body.match(/^data: /gm)).toHaveLength(1);
      expect(body).toMatch(/"id":1,.*response_withheld/);
      expect(world.reports.slice(reports)).toEqual([]);
    }
  });

  test('withhold what cannot be masked', async () => {
    world.respond = (_, response) => {
      response
        .writeHead(200, stream)
        .end('data: {"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hunter2"}]}}\n\n');
    };
    const body = await (await post(world, toolCall('masked'))).text();
    expect(body).not.toContain('hunter2');
    expect(body).toContain('response_withheld');
  });

  const resume = async (lastEventId: string | undefined, claims = {}): Promise<Response> =>
    fetch(`${world.url}/mcp/tools`, {
      headers: {
        accept: 'text/event-stream',
        authorization: `Bearer ${await world.token(claims)}`,
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });

  test('are resumed by their caller, with the masks of the call', async () => {
    world.respond = (_, response) => void response.writeHead(200, stream).end('id: e1\nretry: 10\ndata:\n\n');
    const body = await (await post(world, toolCall('masked'))).text();
    expect(body).toContain('retry: 10\ndata: \n');
    const id = /^id: (.+)$/m.exec(body)![1]!;
    world.respond = (_, response) => {
      const result = '{"content":[],"structuredContent":{"secret":"hunter2","open":1}}';
      response.writeHead(200, stream).end(`id: e2\ndata: {"jsonrpc":"2.0","id":1,"result":${result}}\n\n`);
    };
    const resumed = await (await resume(id)).text();
    expect(world.seen.at(-1)!.headers['last-event-id']).toBe('e1');
    expect(resumed).toContain('"structuredContent":{"secret":"[redacted]","open":1}');
    const again = await (await resume(/^id: (.+)$/m.exec(resumed)![1]!)).text();
    expect(world.seen.at(-1)!.headers['last-event-id']).toBe('e2');
    expect(again).toContain('"secret":"[redacted]"');
    const before = world.seen.length;
    for (const forged of ['e1', `${id}x`, id.replace(/^./, 'x')]) expect((await resume(forged)).status).toBe(400);
    expect((await resume(id, { sub: 'eve' })).status).toBe(400);
    expect(world.seen.length).toBe(before);
  });

  test('get comments while nothing happens, between events only', async () => {
    let release = (): void => {};
    world.respond = (_, response) => {
      response.writeHead(200, stream).write('data: {"a":1}\n\ndata: {"b"');
      setTimeout(() => response.write(':2}\n\n'), 250);
      release = () => response.end();
    };
    const answer = await fetch(`${world.url}/api/events`, {
      headers: { authorization: `Bearer ${await world.token()}` },
    });
    const reader = answer.body!.getReader();
    let text = '';
    while (!/keep-alive\n\n: keep-alive/.test(text)) text += Buffer.from((await reader.read()).value!).toString();
    release();
    expect(text).toMatch(/^data: \{"a":1\}\n\ndata: \{"b":2\}\n\n(?:: keep-alive\n\n)+$/);
  });

  test('of a GET replay no answers', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, stream);
      response.end(
        'id: 1\ndata: {"jsonrpc":"2.0","id":1,"result":{"secret":"hunter2"}}\n\ndata: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n',
      );
    };
    const answer = await fetch(`${world.url}/mcp/tools`, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${await world.token()}` },
    });
    const body = await answer.text();
    expect(body).not.toContain('hunter2');
    expect(body).toContain('list_changed');
  });

  test('end upstream when the client goes', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    world.respond = (_, response) => {
      response.writeHead(200, stream).write(': hello\n\n');
      response.on('close', closed);
    };
    const going = new AbortController();
    const answer = await fetch(`${world.url}/mcp/tools`, {
      method: 'POST',
      signal: going.signal,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.token()}` },
      body: JSON.stringify(toolCall('free')),
    });
    expect(answer.status).toBe(200);
    going.abort();
    await isClosed;
  });
});

test('a denied call is a JSON-RPC error where the connection wants that', async () => {
  const answer = await fetch(`${world.url}/mcp/errors`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await world.token()}` },
    body: JSON.stringify(toolCall('other')),
  });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    jsonrpc: '2.0',
    id: 1,
    error: {
      code: -31001,
      message: 'Denied by policy: default',
      data: { code: 'policy_denied', decision_id: world.log().at(-1)!.decision_id },
    },
  });
});

describe('HTTP connections', () => {
  const get = async (path: string): Promise<Response> =>
    fetch(`${world.url}${path}`, { headers: { authorization: `Bearer ${await world.token()}` } });

  test('pass path and query as they were judged', async () => {
    world.respond = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/plain', server: 'inside' }).end('fine');
    const answer = await get('/api/items/7?q=a%20b&q=c');
    expect([answer.status, await answer.text(), answer.headers.get('server')]).toEqual([200, 'fine', null]);
    expect(world.seen.at(-1)).toMatchObject({ method: 'GET', url: '/v1/items/7?q=a%20b&q=c' });
    expect(world.seen.at(-1)!.headers['x-api-key']).toBe(UPSTREAM_TOKEN);
  });
  test('deny in plain JSON', async () => {
    const answer = await get('/api/items?deny=1');
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: 'policy_denied', decision_id: expect.any(String) });
  });
  test('mask bodies, or withhold them', async () => {
    world.respond = (_, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('{"secret":1,"open":2}');
    expect(await (await get('/api/masked')).json()).toEqual({ secret: '[redacted]', open: 2 });
    world.respond = (_, response) => void response.writeHead(200, { 'content-type': 'text/plain' }).end('hunter2');
    const answer = await get('/api/masked');
    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain('hunter2');
  });
  test('mask patterns in plain texts and streams of them', async () => {
    const answer = async (type: string, text: string): Promise<[number, string]> => {
      world.respond = (_, response) => void response.writeHead(200, { 'content-type': type }).end(text);
      const got = await get('/api/detected');
      return [got.status, await got.text()];
    };
    for (const type of ['text/plain', 'text/csv; charset=utf-8', 'text/markdown'])
      expect(await answer(type, 'ada@example.com;1')).toEqual([200, '[redacted email];1']);
    expect(
      await answer('text/event-stream', 'data: ada@example.com\n\ndata: {"a":"eve@\\u0065xample.com"}\n\n'),
    ).toEqual([200, 'data: [redacted email]\n\ndata: {"a":"[redacted email]"}\n\n']);
    for (const [type, text] of [
      ['text/html', 'ada&#64;example.com'],
      ['text/plain; charset=utf-16', 'ada@example.com'],
      ['application/octet-stream', 'ada@example.com'],
      ['application/json', '{"a":1,"a":"ada@example.com"}'],
    ] as const)
      expect(await answer(type, text)).toEqual([502, expect.stringContaining('response_withheld')]);
  });
  test.each(['/api/%2e%2e/admin', '/api/a%2Fb', '/api//a', '/api/a;b', '/api/%', '/api/a%00', '/api/a%252e'])(
    'refuse the path %s',
    async (path) => {
      const before = world.seen.length;
      const token = await world.token();
      const answer = await rawRequest(
        `GET ${path} HTTP/1.1\r\nhost: gate.example\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(world.seen.length).toBe(before);
    },
  );
  test('know nothing beside their path', async () => {
    expect((await get('/apix')).status).toBe(404);
    expect((await get('/')).status).toBe(404);
  });
});

test('headers that are too large', async () => {
  const answer = await rawRequest(`GET /api/x HTTP/1.1\r\nhost: gate.example\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
});

test('inputs keep to their contract', async () => {
  await post(world, toolCall('free', { a: [1] }));
  await post(world, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
  await post(world, { jsonrpc: '2.0', method: 'notifications/initialized' });
  await fetch(`${world.url}/api/items?a=1&a=2`, { headers: { authorization: `Bearer ${await world.token()}` } });
  expectInputsOfTheContract();
});

/** Every input that was logged keeps to the published schema, but for what the log never has. */
function expectInputsOfTheContract(): void {
  const schema: unknown = JSON.parse(
    readFileSync(new URL('../../docs/schemas/decision-input.v1.json', import.meta.url), 'utf8'),
  );
  const isInput = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema as object);
  const inputs = world
    .log()
    .filter(
      ({ result, erased, masked }) =>
        result !== undefined && masked === undefined && erased?.includes('/input/request/body') !== true,
    )
    .map(({ input }) => {
      const mcp = input.mcp == null ? null : { session_id: null, ...input.mcp };
      return { ...input, mcp };
    });
  expect(inputs.length).toBeGreaterThan(2);
  for (const input of inputs) expect([isInput(input), isInput.errors]).toEqual([true, null]);
}

/** Sends bytes as they are and returns the whole answer. */
function rawRequest(bytes: string, later: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(world.url).port), '127.0.0.1', () => {
      socket.write(bytes);
      later.forEach((piece, i) => setTimeout(() => socket.write(piece), 50 * (i + 1)));
    });
    socket.setTimeout(3000, () => socket.destroy());
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}
