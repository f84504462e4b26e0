// What a gate records: each exchange of a caller, as he saw it, before he saw it; and what administrators see of that.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExchangeLine, RecordedExchange, SessionLine } from '../../../proxy/record/find.ts';
import { echo, post, startWorld, toolCall, type World } from '../harness.ts';
import { POLICY } from '../policy-for-tests.ts';
import { until } from '../hold/world.ts';
import { copyEmbedded } from '../store/stores.ts';

const directory = mkdtempSync(join(tmpdir(), 'regate-records-'));
let world: World;
beforeAll(async () => {
  const settings = `
store: {directory: ${await copyEmbedded()}}
recording: {directory: ${directory}, bodyBytes: 1000}
admin: {port: 0, requiredScopes: [admin]}`;
  const connections = `  - {name: silent, kind: http, path: /silent, upstream: "http://127.0.0.1:1/x", credential: {kind: none}, record: "no"}`;
  world = await startWorld({ policy: POLICY, settings, connections });
});
afterAll(() => world.close());
afterEach(() => {
  world.respond = echo;
});

async function admin<T>(path: string, method = 'GET'): Promise<T> {
  const authorization = `Bearer ${await world.token({ scope: 'admin' })}`;
  const answer = await fetch(`${world.adminUrl}${path}`, { method, headers: { authorization } });
  return (await answer.json()) as T;
}

/** The record of the request that was logged last. */
async function lastRecord(): Promise<RecordedExchange> {
  const id = world.log().at(-1)!.decision_id;
  for (let tries = 0; tries < 500; tries++) {
    const { exchange } = await admin<{ exchange?: RecordedExchange }>(`/v1/exchanges/${id}`);
    if (exchange?.answer != null) return exchange;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${id} is not recorded`);
}

describe('an exchange', () => {
  test('with an answer of JSON', async () => {
    const answer = await post(world, toolCall('free', { a: 1 }));
    const recorded = await lastRecord();
    expect(recorded).toMatchObject({
      upstream_status: 200,
      answer: { status: 200, type: 'application/json', body: await answer.json() },
      event: {
        input: { identity: { subject: 'ada' }, mcp: { tool: 'free', arguments: { a: 1 } } },
        result: { action: 'allow' },
      },
    });
    expect(recorded.answer).not.toHaveProperty('incomplete');
  });

  test('with a stream, masked as it was sent', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const result = { structuredContent: { secret: 'hunter2', open: 1 }, content: [] };
      response.end(`id: 1\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result })}\n\n`);
    };
    const sent = await (await post(world, toolCall('masked'))).text();
    const recorded = await lastRecord();
    expect(recorded.answer).toMatchObject({ type: 'text/event-stream', body: sent, bytes: sent.length });
    expect(sent).toContain('[redacted]');
  });

  test('that is refused, with what the client got', async () => {
    const response = await post(world, toolCall('none'));
    const sent = await response.text();
    expect(sent).toContain('policy_denied');
    expect(await lastRecord()).toMatchObject({
      upstream_status: null,
      answer: { status: 200, type: 'application/json', bytes: sent.length, body: JSON.parse(sent) },
      event: { error: { code: 'policy_denied' } },
    });
    // An answer that a mask cannot be applied to.
    world.respond = (_, answer) => answer.writeHead(200, { 'content-encoding': 'br' }).end('x');
    const headers = { authorization: `Bearer ${await world.token()}` };
    const plain = await fetch(`${world.url}/api/masked`, { headers });
    const body = (await plain.json()) as object;
    expect(plain.status).toBe(502);
    expect(await lastRecord()).toMatchObject({ answer: { status: 502, type: 'application/json', body } });
  });

  test('whose answer is long, or no text', async () => {
    const api = async (): Promise<Response> =>
      fetch(`${world.url}/api/x`, { headers: { authorization: `Bearer ${await world.token()}` } });
    world.respond = (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('é'.repeat(60_000));
    expect(await (await api()).text()).toHaveLength(60_000);
    const long = (await lastRecord()).answer!;
    expect([long.bytes, long.incomplete, (long.body as string).length]).toEqual([120_000, 'truncated', 500]);
    world.respond = (_, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.from([0xff, 1]));
    await (await api()).arrayBuffer();
    expect((await lastRecord()).answer).toMatchObject({ bytes: 2, body: null, incomplete: 'binary' });
  });

  test('that breaks off', async () => {
    world.respond = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n');
      setTimeout(() => response.destroy(), 20);
    };
    await expect((await post(world, toolCall('free'))).text()).rejects.toThrow();
    expect((await lastRecord()).answer).toMatchObject({ body: 'data: {}\n\n', incomplete: 'broken' });
  });
});

test('a caller without a good token fills no store, and some connections are not recorded', async () => {
  const token = `Bearer ${await world.token()}`;
  await post(world, toolCall('free'), { authorization: 'Bearer nonsense' });
  const refused = world.log().at(-1)!.decision_id;
  await fetch(`${world.url}/silent`, { headers: { authorization: token } });
  const silent = world.log().at(-1)!.decision_id;
  await post(world, toolCall('free'));
  await lastRecord();
  for (const id of [refused, silent]) expect(await admin(`/v1/exchanges/${id}`)).toMatchObject({ error: 'not_found' });
});

test('sessions, exchanges and the chain, for administrators', async () => {
  await post(world, toolCall('free', {}), {
    authorization: `Bearer ${await world.token({ sub: 'grace', jti: 'g1' })}`,
  });
  await lastRecord();
  const { exchanges } = await admin<{ exchanges: ExchangeLine[] }>('/v1/exchanges?subject=grace');
  expect(exchanges).toHaveLength(1);
  const { sessions } = await admin<{ sessions: SessionLine[] }>('/v1/sessions?subject=grace');
  expect(sessions).toEqual([expect.objectContaining({ id: exchanges[0]!.session, exchanges: 1, refused: 0 })]);
  const shown = await admin<{ exchanges: RecordedExchange[] }>(`/v1/sessions/${sessions[0]!.id}`);
  expect(shown.exchanges.map(({ id }) => id)).toEqual([exchanges[0]!.id]);
  const verify = (): Promise<{ recorder: { backlogBytes: number } }> => admin('/v1/records/verify', 'POST');
  // A record is in the store a moment before the queue has let go of it.
  await until(async () => (await verify()).recorder.backlogBytes === 0);
  expect(await verify()).toMatchObject({ verification: { faults: [] }, recorder: { backlogBytes: 0, failures: 0 } });
  for (const faulty of ['subject=%00', 'since=yesterday', 'limit=-1', 'before=x', 'sub=ada'])
    expect(await admin(`/v1/exchanges?${faulty}`)).toMatchObject({ error: 'invalid_request' });
});

test('what is in the store is gone from the queue, and nothing of sessions and credentials was in either', async () => {
  const session = 'upstream-session-1234';
  world.respond = (request, response) => {
    response.setHeader('mcp-session-id', session);
    echo(request, response);
  };
  const answer = await post(world, toolCall('free'));
  world.respond = echo;
  await post(world, toolCall('free'), { 'mcp-session-id': answer.headers.get('mcp-session-id')! });
  const text = JSON.stringify(await lastRecord());
  const queue = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8'));
  for (const secret of [session, answer.headers.get('mcp-session-id')!, await world.token(), 'upstream-secret-5f3a'])
    for (const place of [text, ...queue]) expect(place).not.toContain(secret);
});
