// Held calls as the SDKs' clients of each era see them.
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { World } from '../harness.ts';
import { copyEmbedded } from '../store/stores.ts';
import {
  Approver,
  connect,
  ERAS,
  POLICY,
  pause,
  SETTINGS,
  startHoldWorld,
  startTools,
  type ToolClient,
  type ToolServer,
  until,
} from './world.ts';

let directory: string;
let tools: ToolServer;
let world: World;
let lead: Approver;

beforeAll(async () => {
  directory = await copyEmbedded();
  tools = await startTools();
  world = await startHoldWorld(`{directory: "${directory}"}`, tools, {
    settings: SETTINGS.replace(
      '{legMs',
      '{elicitation: {url: "http://localhost/approvals/{approval}?from=gate"}, legMs',
    ),
    connectionsFor: (upstream) =>
      `  - {name: sessions, kind: mcp, path: /mcp/sessions, upstream: "${upstream}/mcp", credential: {kind: none}}`,
  });
  lead = await Approver.of(world, 'grace');
}, 60_000);
afterAll(async () => {
  await world.close();
  await tools.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(ERAS)('a client, %s,', (era) => {
  let client: ToolClient;
  let amount = ERAS.indexOf(era) * 1000;
  beforeAll(async () => {
    client = await connect(world, era, await world.token());
  });
  afterAll(() => client.close());
  beforeEach(() => {
    amount++;
    tools.ran.length = 0;
  });
  const ran = (): readonly unknown[] => tools.ran.map(({ arguments: args }) => args);

  test('gets the result of a call that is approved while it waits, for longer than one leg', async () => {
    const call = client.call('wire', { amount });
    const { id } = await lead.pending();
    await pause(700);
    expect(ran()).toEqual([]);
    expect(await lead.approve(id)).toMatchObject({ status: 200, body: { approval: { state: 'approved' } } });
    expect(await call).toBe(`done {"amount":${amount}}`);
    expect(ran()).toEqual([{ amount }]);
    expect(await lead.state(id)).toBe('used');
  });

  test('is told why a call was denied, and again when it repeats it', async () => {
    const call = client.call('wire', { amount });
    const { id } = await lead.pending();
    await lead.deny(id, 'not on Fridays');
    expect(await call).toContain(`error: Denied by an approver: not on Fridays (approval ${id}).`);
    expect(await client.call('wire', { amount })).toContain('not on Fridays');
    expect(ran()).toEqual([]);
  });

  test('is told that nobody decided in time', async () => {
    const call = client.call('short', { amount });
    const { id } = await lead.pending();
    expect(await call).toContain('the time for an approval is over');
    expect(await lead.approve(id)).toMatchObject({ status: 409, body: { error: 'approval_closed' } });
    expect(ran()).toEqual([]);
  });

  test('that is gone before the approval has nothing run', async () => {
    const leaving = await connect(world, era, await world.token());
    const call = leaving.call('wire', { amount }).catch(() => 'gone');
    const { id } = await lead.pending();
    await leaving.close();
    await pause(100);
    await lead.approve(id);
    await pause(500);
    expect(ran()).toEqual([]);
    await call;
  });

  test('that gave up and repeats the call has it run once', async () => {
    await expect(client.call('wire', { amount }, { timeoutMs: 250 })).rejects.toThrow(/timed out/i);
    const { id } = await lead.pending();
    await pause(50);
    await lead.approve(id);
    await pause(200);
    expect(ran()).toEqual([]);
    expect(await client.call('wire', { amount })).toBe(`done {"amount":${amount}}`);
    const again = client.call('wire', { amount });
    const second = await lead.pending([id]);
    expect(second.id).not.toBe(id);
    await lead.deny(second.id);
    expect(await again).toContain('Denied by an approver');
    expect(ran()).toEqual([{ amount }]);
  });

  test('with other arguments than those approved is held anew', async () => {
    await expect(client.call('wire', { amount }, { timeoutMs: 250 })).rejects.toThrow(/timed out/i);
    const { id } = await lead.pending();
    await lead.approve(id);
    const other = client.call('wire', { amount: amount + 0.5 });
    const second = await lead.pending([id]);
    await lead.deny(second.id);
    expect(await other).toContain('Denied by an approver');
    expect(ran()).toEqual([]);
  });

  test('has a call judged by the policy of the time it is released', async () => {
    const { policy } = world.gate;
    const change = async (old: string, now: string): Promise<void> => {
      const before = policy.current!.revision;
      writeFileSync(join(world.directory, 'policy', 'gateway.rego'), POLICY['gateway.rego']!.replace(old, now));
      await until(() => policy.current!.revision !== before);
    };
    try {
      // Another policy that still wants an approval: that of the first does not count for it.
      const call = client.call('wire', { amount });
      const { id } = await lead.pending();
      await change('money moves', 'money moves, still');
      await lead.approve(id);
      const second = await lead.pending([id]);
      expect(await lead.state(id)).toBe('superseded');
      expect(ran()).toEqual([]);
      // One that forbids the call.
      await change('"wire": {"approvers": ["leads"], "expires_in": "1m"},', '');
      await lead.approve(second.id);
      expect(await call).toContain('error: Denied by policy: default');
      expect(ran()).toEqual([]);
    } finally {
      await change('', '');
    }
  });

  test('cannot approve its own call', async () => {
    const call = client.call('wire', { amount });
    const { id } = await lead.pending();
    for (const [subject, extra] of [
      ['ada', {}],
      ['grace', { client_id: 'ada' }],
    ] as const) {
      const self = new Approver(world, await world.token({ sub: subject, groups: ['leads'], ...extra }));
      expect(await self.approve(id)).toMatchObject({ status: 403, body: { error: 'approver_is_requester' } });
    }
    expect(await lead.state(id)).toBe('pending');
    await lead.approve(id);
    expect(await call).toContain('done');
  });
});

describe('a client that can open pages', () => {
  let amount = 10_000;
  beforeEach(() => {
    amount++;
    tools.ran.length = 0;
  });
  const pageOf = (id: string): Record<string, string> => ({
    mode: 'url',
    url: `http://localhost/approvals/${id}?from=gate`,
    message: 'The call of wire waits for an approval: money moves. This page is about it.',
  });

  test.each(['v1', 'v2 legacy'] as const)(
    '%s: is sent to one at once, and waits when it repeats the call',
    async (era) => {
      const client = await connect(world, era, await world.token(), () => 'accept');
      const error: unknown = await client.call('wire', { amount }).catch((thrown: unknown) => thrown);
      const { id } = await lead.pending();
      expect(error).toMatchObject({ code: -32042, elicitations: [{ ...pageOf(id), elicitationId: id }] });
      const again = client.call('wire', { amount });
      await until(async () => (await lead.list()).some((call) => call.id === id && call.attended));
      expect(tools.ran).toEqual([]);
      await lead.approve(id);
      expect(await again).toBe(`done {"amount":${amount}}`);
      expect(tools.ran).toEqual([{ tool: 'wire', arguments: { amount } }]);
      expect(await lead.state(id)).toBe('used');
      await client.close();
    },
  );

  test('modern: is asked once to open one, and comes back for the call', async () => {
    const pages: unknown[] = [];
    const client = await connect(world, 'v2 modern', await world.token(), (page) => {
      pages.push(page);
      return 'accept';
    });
    const call = client.call('wire', { amount });
    const { id } = await lead.pending();
    // More than two legs.
    await pause(700);
    expect(pages).toEqual([pageOf(id)]);
    await lead.approve(id);
    expect(await call).toBe(`done {"amount":${amount}}`);
    expect(tools.ran).toEqual([{ tool: 'wire', arguments: { amount } }]);
    expect(pages).toHaveLength(1);
    await client.close();
  });

  test('modern: whose person does not want to has withdrawn the call', async () => {
    const client = await connect(world, 'v2 modern', await world.token(), () => 'decline');
    const text = await client.call('wire', { amount });
    const id = /apr_[\w-]+/.exec(text)![0];
    expect(text).toContain(`error: Denied: the page about the approval ${id} was declined.`);
    expect(await lead.state(id)).toBe('superseded');
    expect(await lead.approve(id)).toMatchObject({ status: 409 });
    expect(tools.ran).toEqual([]);
    await client.close();
  });

  const declared = { elicitation: { url: {} } };
  test.each([
    ['2025-11-25', declared, {}, -32042],
    // Forms alone, an older revision that has no such mode, and progress that can be shown.
    ['2025-11-25', { elicitation: {} }, {}, -31011],
    ['2025-06-18', declared, {}, -31011],
    ['2025-11-25', declared, { _meta: { progressToken: 1 } }, 'progress'],
  ])('with a session of the server, by %s, %j and %j', async (version, capabilities, meta, expected) => {
    world.respond = ({ body }, response) => {
      const { id } = JSON.parse(body) as { id: number };
      response
        .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'server-1' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
    };
    const authorization = `Bearer ${await world.token()}`;
    const send = (session: string | null, method: string, params: object, signal?: AbortSignal): Promise<Response> =>
      fetch(`${world.url}/mcp/sessions`, {
        method: 'POST',
        headers: {
          authorization,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...(session !== null && { 'mcp-session-id': session, 'mcp-protocol-version': version }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
        ...(signal && { signal }),
      });
    const begun = await send(null, 'initialize', { protocolVersion: version, capabilities });
    // Servers may say the id again with any answer.
    const listed = await send(begun.headers.get('mcp-session-id'), 'tools/list', {});
    expect(world.seen.at(-1)!.headers['mcp-session-id']).toBe('server-1');
    const leave = new AbortController();
    const params = { name: 'wire', arguments: { amount }, ...meta };
    const answer = await send(listed.headers.get('mcp-session-id'), 'tools/call', params, leave.signal);
    if (expected === 'progress') expect(answer.headers.get('content-type')).toBe('text/event-stream');
    else expect(await answer.json()).toMatchObject({ error: { code: expected } });
    leave.abort();
    await lead.deny((await lead.pending()).id);
  });
});
