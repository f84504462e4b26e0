// What MCP's revisions ask of who processes a body: headers that agree with it, versions that are known, errors that clients understand.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connect } from 'node:net';
import { echo, post, startWorld, toolCall, type World } from './harness.ts';
import { POLICY } from './policy-for-tests.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ policy: POLICY });
});
afterAll(() => world.close());

interface RpcError {
  readonly jsonrpc: string;
  readonly id: unknown;
  readonly error: { readonly code: number; readonly data: Readonly<Record<string, unknown>> };
}

const MODERN = '2026-07-28';
const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
const modern = (method: string, name?: string): Record<string, string> => ({
  'mcp-protocol-version': MODERN,
  'mcp-method': method,
  ...(name === undefined ? {} : { 'mcp-name': name }),
});

/** Refused with a well-formed error of the same id, and never forwarded. */
async function refused(
  message: unknown,
  headers: Record<string, string>,
  status: number,
  code: number,
): Promise<RpcError> {
  const before = world.seen.length;
  const answer = await post(world, message, headers);
  const body = (await answer.json()) as RpcError;
  expect([answer.status, body.jsonrpc, body.error.code]).toEqual([status, '2.0', code]);
  expect(body.id).toEqual((message as { id?: unknown }).id ?? null);
  expect(body.error.data.decision_id).toBe(world.log().at(-1)!.decision_id);
  expect(world.seen.length).toBe(before);
  return body;
}

describe('headers of the stateless protocol', () => {
  const call = toolCall('free', {}, 'the id');

  test('have to be there', async () => {
    await refused(call, { 'mcp-protocol-version': MODERN, 'mcp-name': 'free' }, 400, -32020);
    await refused(call, modern('tools/call'), 400, -32020);
    const read = { jsonrpc: '2.0', id: 4, method: 'resources/read', params: { uri: 'a:b' } };
    await refused(read, modern('resources/read'), 400, -32020);
    const get = { jsonrpc: '2.0', id: 5, method: 'prompts/get', params: { name: 'a:b' } };
    await refused(get, modern('prompts/get'), 400, -32020);
    expect((await post(world, call, modern('tools/call', 'free'))).status).toBe(200);
    expect((await post(world, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, modern('tools/list'))).status).toBe(200);
  });
  test('have to agree with the body, to the letter', async () => {
    await refused(call, modern('TOOLS/CALL', 'free'), 400, -32020);
    await refused(call, modern('tools/call', 'Free'), 400, -32020);
    await refused(call, modern('tools/call', '=?base64?RnJlZQ==?='), 400, -32020);
    await refused(call, modern('tools/call', '=?base64?!!!!?='), 400, -32020);
    await refused({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, modern('tools/list', 'free'), 400, -32020);
    const task = { jsonrpc: '2.0', id: 1, method: 'tasks/get', params: { taskId: 'mine' } };
    await refused(task, modern('tasks/get', 'yours'), 400, -32020);
  });
  test('are wanted of a body that says its version', async () => {
    const said = { jsonrpc: '2.0', id: 2, method: 'tools/list', params: { _meta: { [VERSION_KEY]: MODERN } } };
    await refused(said, {}, 400, -32020);
    await refused(said, { 'mcp-protocol-version': '2025-11-25', 'mcp-method': 'tools/list' }, 400, -32020);
    expect((await post(world, said, modern('tools/list'))).status).toBe(200);
  });
  test('reach the upstream, with those that mirror arguments', async () => {
    await post(world, call, { ...modern('tools/call', '=?base64?ZnJlZQ==?='), 'mcp-param-region': '=?base64?ZXU=?=' });
    expect(world.seen.at(-1)!.headers).toMatchObject({
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': '=?base64?ZnJlZQ==?=',
      'mcp-param-region': '=?base64?ZXU=?=',
    });
  });
  test('are nothing that older clients have to send', async () => {
    expect((await post(world, call, { 'mcp-protocol-version': '2025-11-25' })).status).toBe(200);
    expect((await post(world, call)).status).toBe(200);
  });
});

test('an unknown version is refused, and the known one said', async () => {
  const { error } = await refused(toolCall('free'), { 'mcp-protocol-version': '2099-01-01' }, 400, -32022);
  expect(error.data).toMatchObject({ code: 'unsupported_version', supported: [MODERN], requested: '2099-01-01' });
});

test('a batch is refused in every revision', async () => {
  for (const version of ['2025-03-26', '2025-11-25', MODERN])
    await refused(
      [toolCall('free')],
      { ...modern('tools/call', 'free'), 'mcp-protocol-version': version },
      400,
      -32600,
    );
});

test("an upstream's errors come through with their status", async () => {
  world.respond = (_, response) =>
    void response
      .writeHead(404, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"Method not found"}}');
  const answer = await post(world, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, modern('tools/list'));
  expect([answer.status, ((await answer.json()) as RpcError).error.code]).toEqual([404, -32601]);
  world.respond = echo;
});

test('a completion says what it is for', async () => {
  const complete = (ref: unknown): unknown => ({
    jsonrpc: '2.0',
    id: 1,
    method: 'completion/complete',
    params: { ref, argument: { name: 'a', value: 'b' } },
  });
  await post(world, complete({ type: 'ref/prompt', name: 'p' }));
  expect(world.log().at(-1)!.input.mcp).toMatchObject({ prompt: 'p', resource: null });
  await post(world, complete({ type: 'ref/resource', uri: 'r:{x}' }));
  expect(world.log().at(-1)!.input.mcp).toMatchObject({ prompt: null, resource: 'r:{x}' });
  await refused(complete({ type: 'ref/prompt' }), {}, 400, -32600);
});

test.each([
  ['evil.example', 421],
  ['evil.example:8080', 421],
  ['gate.example.evil.example', 421],
  ['localhost.evil.example', 421],
  ['gate.example', 401],
  ['GATE.example:443', 401],
  ['localhost:8080', 401],
  ['127.0.0.1:1', 401],
  ['[::1]:8080', 401],
  ['inside', 401],
])('a request for the host %s: %i', async (host, status) => {
  const named = await startedWithHosts();
  const answer = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(Number(new URL(named.url).port), '127.0.0.1', () =>
      socket.write(`POST /mcp/tools HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`),
    );
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('close', () => resolve(text)).on('error', reject);
  });
  expect(answer).toContain(`HTTP/1.1 ${status} `);
});

let hosts: Promise<World> | undefined;
function startedWithHosts(): Promise<World> {
  return (hosts ??= startWorld({ policy: POLICY, settings: 'allowedHosts: [inside]' }));
}
afterAll(async () => (await hosts)?.close());

describe('subscriptions of the stateless protocol', () => {
  test('stream at once, and end upstream with the client', async () => {
    let closed: () => void = () => {};
    const isClosed = new Promise<void>((resolve) => (closed = resolve));
    world.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.write('data: {"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":{}}\n\n');
      response.on('close', closed);
    };
    const going = new AbortController();
    const answer = await fetch(`${world.url}/mcp/tools`, {
      method: 'POST',
      signal: going.signal,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await world.token()}`,
        ...modern('subscriptions/listen'),
      },
      body: '{"jsonrpc":"2.0","id":1,"method":"subscriptions/listen","params":{"notifications":{"toolsListChanged":true}}}',
    });
    expect([answer.status, answer.headers.get('x-accel-buffering')]).toEqual([200, 'no']);
    const { value } = await answer.body!.getReader().read();
    expect(Buffer.from(value!).toString()).toContain('acknowledged');
    going.abort();
    await isClosed;
    world.respond = echo;
  });
});
