// Two gates on one PostgreSQL: what one holds the other releases, once, whatever happens to the database meanwhile.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ApprovalUsed } from '../../../proxy/errors.ts';
import type { Identity } from '../../../proxy/exchange.ts';
import { Holds, type NewHold, newWaitId } from '../../../proxy/hold/holds.ts';
import { decideOn } from '../../../proxy/hold/verdicts.ts';
import { Waits } from '../../../proxy/hold/waits.ts';
import { openPostgres } from '../../../proxy/store/postgres.ts';
import type { Store } from '../../../proxy/store/store.ts';
import { AUDIENCE, type World } from '../harness.ts';
import type { PostgresServer } from '../postgres-server.ts';
import { postgresServer, stopServers } from '../store/stores.ts';
import { Approver, connect, pause, SETTINGS, startHoldWorld, startTools, type ToolServer, until } from './world.ts';

const found = await postgresServer();
if (typeof found === 'string') console.warn(`skipped: ${found}`);
const server = found as PostgresServer;
/** A thousand by hand, fewer in every run. */
const RACES = Number(process.env.REGATE_RACES ?? 100);

(typeof found === 'string' ? describe.skip : describe)('two gates on one PostgreSQL', () => {
  let url: string;
  let tools: ToolServer;
  let first: World;
  let second: World;
  let lead: Approver;
  // The secret of sessions and states is shared through the store.
  const settings = SETTINGS.replace(/sessionSecret.*\n/, '');

  beforeAll(async () => {
    url = await server.createDatabase();
    tools = await startTools();
    const store = '{kind: postgres, url: {env: DATABASE}}';
    first = await startHoldWorld(store, tools, { settings, env: { DATABASE: url } });
    const issuers = `  - {issuer: "${first.issuer}", audience: ["${AUDIENCE}"], algorithms: [ES256]}`;
    second = await startHoldWorld(store, tools, { settings, issuers, env: { DATABASE: url } });
    lead = new Approver(second, await first.token({ sub: 'grace', groups: ['leads'] }));
  }, 60_000);
  afterAll(async () => {
    await first.close();
    await second.close();
    await tools.close();
    await stopServers();
  });
  beforeEach(async () => {
    for (const { id } of await lead.list()) await lead.deny(id);
    tools.ran.length = 0;
  });

  test('held by one, approved through the other, released at once', async () => {
    const client = await connect(first, 'v1', await first.token());
    const call = client.call('wire', { amount: 1 });
    const { id } = await lead.pending();
    await until(async () => (await lead.list())[0]?.attended === true);
    await lead.approve(id);
    expect(await call).toBe('done {"amount":1}');
    await client.close();
  });

  test('sessions and states of one gate are good at the other', () => {
    expect(second.gate.sessionSecret).toEqual(first.gate.sessionSecret);
  });

  test('without notifications, as behind some poolers, an approval is found by asking', async () => {
    const silent = await openPostgres({ url, connections: 3, report: () => {} });
    const holds = new Holds(silent);
    const waits = new Waits(
      { ...silent, query: silent.query, subscribe: () => () => {}, onGap: () => () => {} } as Store,
      holds,
      100,
      90,
    );
    const { call } = await holds.begin(newHold('silent'));
    const waitId = newWaitId();
    const watch = waits.watch(call.id, waitId, 'key', new AbortController().signal);
    await holds.wait(waitId, { holdId: call.id, connection: 'tools', identity: caller, sessionId: '', requestId: '7' });
    await decideOn(silent, approver('grace'), call.id, 'approve', null);
    await watch.next(10_000);
    const next = watch.next(10_000);
    await holds.cancel({ connection: 'tools', identity: caller, sessionId: '', requestId: '7' });
    await expect(next).rejects.toMatchObject({ code: 'client_gone' });
    await expect(holds.claim(call, waitId, 'd')).rejects.toMatchObject({ code: 'client_gone' });
    watch.end();
    waits.close();
    await silent.close();
  });

  test('legs of one call go to either gate, and a state is good for one leg', async () => {
    const ask = rawModern(first, 21);
    const one = await ask(first);
    const state = one.result.requestState as string;
    const two = await ask(second, state);
    expect(two.result.resultType).toBe('input_required');
    const reused = await ask(first, state);
    expect(reused.error).toMatchObject({ data: { code: 'request_state_refused' } });
    const { id } = await lead.pending();
    await lead.approve(id);
    const three = await ask(first, two.result.requestState as string);
    expect(three.result.resultType).toBe('complete');
    expect(tools.ran).toHaveLength(1);
    const four = await ask(second, two.result.requestState as string);
    expect(four.error).toMatchObject({ data: { code: 'request_state_refused' } });
    expect(tools.ran).toHaveLength(1);
  });

  test('a client that cancels at one gate ends its wait at the other', async () => {
    const token = await first.token();
    const waiting = rpc(first, token, {
      id: 'c1',
      method: 'tools/call',
      params: { name: 'wire', arguments: { amount: 31 } },
    });
    const { id } = await lead.pending();
    await rpc(second, token, { method: 'notifications/cancelled', params: { requestId: 'c1' } });
    await pause(300);
    await lead.approve(id);
    await waiting.catch(() => undefined);
    expect(tools.ran).toEqual([]);
  });

  test('one policy approval, two gates with the same call: it runs once', async () => {
    const token = await first.token();
    for (let i = 0; i < Math.min(RACES / 10, 20); i++) {
      tools.ran.length = 0;
      const params = { name: 'wire', arguments: { amount: 1000 + i } };
      const calls = [first, second].map((world) => rpc(world, token, { id: i, method: 'tools/call', params }));
      const { id } = await lead.pending();
      await until(async () => first.gate.approvals!.waits.size + second.gate.approvals!.waits.size === 2);
      await lead.approve(id);
      const answers = (await Promise.all(calls)).map((answer) => JSON.stringify(answer));
      expect(answers.filter((text) => text.includes('done'))).toHaveLength(1);
      expect(answers.filter((text) => text.includes('has been used'))).toHaveLength(1);
      expect(tools.ran).toHaveLength(1);
    }
  }, 120_000);

  test('the database stopped and started while calls are held: they are released afterwards, other calls go on', async () => {
    const token = await first.token();
    const held = [1, 2, 3].map((n) =>
      rpc(first, token, {
        id: n,
        method: 'tools/call',
        params: { name: 'wire', arguments: { amount: 2000 + n }, _meta: { progressToken: n } },
      }),
    );
    await until(async () => (await lead.list()).filter(({ attended }) => attended).length === 3);
    const ids = (await lead.list()).map(({ id }) => id);
    for (const how of ['fast', 'immediate'] as const) {
      await server.stop(how);
      const free = await rpc(first, token, { id: 9, method: 'tools/call', params: { name: 'free', arguments: {} } });
      expect(JSON.stringify(free)).toContain('done');
      const denied = await rpc(second, token, { id: 9, method: 'tools/call', params: { name: 'wire', arguments: {} } });
      expect(denied.error).toMatchObject({ data: { code: 'store_unavailable' } });
      expect(await lead.request(`/${ids[0]}/approve`, {})).toMatchObject({ status: 503 });
      await server.start();
      await pause(500);
    }
    tools.ran.length = 0;
    for (const id of ids) await until(async () => [200, 409].includes((await lead.approve(id)).status));
    const answers = await Promise.all(held);
    for (const answer of answers) expect(JSON.stringify(answer)).toContain('done');
    expect(tools.ran).toHaveLength(3);
  }, 60_000);

  describe('in the store', () => {
    let stores: readonly Store[];
    beforeAll(async () => {
      stores = await Promise.all([1, 2].map(() => openPostgres({ url, connections: 5, report: () => {} })));
    });
    afterAll(() => Promise.all(stores.map((store) => store.close())));

    test(`${RACES} races for one approval: one execution each`, async () => {
      const gates = stores.map((store) => new Holds(store));
      for (let race = 0; race < RACES; race++) {
        const { call } = await gates[race % 2]!.begin(newHold(`race ${race}`));
        const waits = await Promise.all(
          [0, 1, 0, 1].map(async (at) => {
            const id = newWaitId();
            await gates[at]!.wait(id, {
              holdId: call.id,
              connection: 'tools',
              identity: caller,
              sessionId: '',
              requestId: '1',
            });
            return id;
          }),
        );
        await decideOn(stores[race % 2]!, approver('grace'), call.id, 'approve', null);
        const outcomes = await Promise.allSettled(
          waits.map((wait, at) => gates[at % 2]!.claim(call, wait, `execution ${at}`)),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes)
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ApprovalUsed);
      }
    }, 300_000);

    test('gates that hold the same call at once hold it once', async () => {
      const gates = stores.map((store) => new Holds(store));
      for (let race = 0; race < 20; race++) {
        const begun = await Promise.all([0, 1, 0, 1].map((at) => gates[at]!.begin(newHold(`same ${race}`))));
        expect(new Set(begun.map(({ call }) => call.id)).size).toBe(1);
        expect(begun.filter(({ isNew }) => isNew)).toHaveLength(1);
      }
    });

    test('approvers who race: verdicts are counted once each, and the first denial ends it', async () => {
      const gates = stores.map((store) => new Holds(store));
      for (let race = 0; race < 20; race++) {
        const { call } = await gates[0]!.begin({ ...newHold(`approvers ${race}`), required: 2 });
        const verdicts = await Promise.allSettled([
          decideOn(stores[0]!, approver('grace'), call.id, 'approve', null),
          decideOn(stores[1]!, approver('grace'), call.id, 'approve', null),
          decideOn(stores[1]!, approver('alan'), call.id, race % 2 === 0 ? 'approve' : 'deny', null),
        ]);
        const { state } = (await gates[0]!.find(call.id))!;
        expect(state).toBe(race % 2 === 0 ? 'approved' : 'denied');
        if (race % 2 === 0) expect(verdicts.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
      }
    });
  });
});

const caller: Identity = {
  issuer: 'https://issuer.example',
  subject: 'ada',
  client_id: null,
  scopes: [],
  groups: [],
  claims: {},
  token_id: null,
};
const approver = (subject: string): Identity => ({ ...caller, subject, groups: ['leads'] });

function newHold(digest: string): NewHold {
  return {
    identity: caller,
    connection: 'tools',
    method: 'tools/call',
    target: 'wire',
    digest,
    revision: 'r1',
    approvers: ['leads'],
    required: 1,
    reason: undefined,
    summary: '{}',
    decisionId: 'd',
    expiresInMs: 60_000,
    grantMs: 60_000,
    waiting: 100_000,
  };
}

interface Answer {
  readonly result: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

/** A bare client: the last message of the answer. */
async function rpc(
  world: World,
  token: string,
  message: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${world.url}/mcp/tools`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  });
  const text = await response.text();
  const last =
    text
      .split('\n')
      .filter((line) => line.startsWith('data:'))
      .at(-1)
      ?.slice(5) ?? text;
  return JSON.parse(last === '' ? '{}' : last) as Answer;
}

function rawModern(world: World, amount: number): (at: World, state?: string) => Promise<Answer> {
  let id = 0;
  return async (at, requestState) =>
    rpc(
      at,
      await world.token(),
      {
        id: ++id,
        method: 'tools/call',
        params: {
          name: 'wire',
          arguments: { amount },
          ...(requestState === undefined ? {} : { requestState }),
          _meta: {
            'io.modelcontextprotocol/protocolVersion': '2026-07-28',
            'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
            'io.modelcontextprotocol/clientCapabilities': {},
          },
        },
      },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'wire' },
    );
}
