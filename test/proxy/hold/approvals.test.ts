// Approvals in detail, on the embedded store: who may decide, bad input, HTTP, progress, what approvers and webhooks see.
import { createHmac } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type AuthorizationServer, startAuthorizationServer } from '../authorization-server.ts';
import { AUDIENCE, post, type Seen, type World } from '../harness.ts';
import { copyEmbedded } from '../store/stores.ts';
import {
  type Approval,
  Approver,
  connect,
  POLICY,
  pause,
  SETTINGS,
  startHoldWorld,
  startTools,
  type ToolServer,
  until,
} from './world.ts';

const SECRET = 'whsec-test-5d1f';
const GUESSED = 'apr_AAAAAAAAAAAAAAAAAAAAAA';
const policy = {
  'gateway.rego': `${POLICY['gateway.rego']}
decision := {
	"action": "approve",
	"mask": {"request": ["$.pin"], "log": ["$.input.mcp.arguments.note"]},
	"approval": {"approvers": ["leads"], "expires_in": "1m"},
} if input.mcp.tool == "masked"

decision := {"action": "approve", "reason": "no terms"} if input.mcp.tool == "no-terms"

decision := {"action": action(input.approval), "tags": ["seen"]} if input.mcp.tool == "judged"

action(null) := "approve"
action(approval) := "allow" if approval.approvers[_].subject == "grace"
action(approval) := "deny" if {
	approval != null
	not "grace" in {each.subject | some each in approval.approvers}
}
`,
};

let directory: string;
let tools: ToolServer;
let idp: AuthorizationServer;
let world: World;
let lead: Approver;
let receiver: Server;
let respondWith: number[] = [];
const received: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

beforeAll(async () => {
  directory = await copyEmbedded();
  tools = await startTools();
  receiver = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body });
    response.writeHead(respondWith.shift() ?? 204).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const settings = SETTINGS.replace(
    'grantMs: 5000',
    `grantMs: 5000, waiting: 5, approvers: [leads], webhook: {url: "${hook}", secret: {env: HOOK}, attempts: 3}`,
  );
  idp = await startAuthorizationServer();
  world = await startHoldWorld(`{directory: "${directory}"}`, tools, {
    issuers: `  - {issuer: "${idp.issuer}", audience: ["${AUDIENCE}"], introspection: {client: {id: gate, method: client_secret_post, secret: {env: HOOK}}}}`,
    policy,
    settings,
    env: { HOOK: SECRET },
    connectionsFor: (upstream) =>
      `  - {name: waiting, kind: http, path: /waiting, upstream: "${upstream}/v1", credential: {kind: none}, whenHeld: hold}`,
  });
  lead = await Approver.of(world, 'grace');
}, 60_000);
afterAll(async () => {
  await world.close();
  await tools.close();
  await idp.close();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const { id } of await lead.list()) await lead.deny(id);
  tools.ran.length = 0;
  received.length = 0;
  world.seen.length = 0;
});

let count = 0;

/** A call that nobody waits for: it is pending after its client has given up. */
async function hold(tool = 'wire', args: Record<string, unknown> = {}): Promise<Approval> {
  const known = (await lead.list()).map(({ id }) => id);
  const client = await connect(world, 'v2 legacy', await world.token());
  await client.call(tool, { amount: ++count, ...args }, { timeoutMs: 150 }).catch(() => undefined);
  await client.close();
  return lead.pending(known);
}

const stranger = (): Promise<Approver> => Approver.of(world, 'mallory', ['staff']);

describe('who decides', () => {
  test('n of m: different people of the named groups, each once', async () => {
    const { id } = await hold('two');
    expect(await lead.approve(id)).toMatchObject({ status: 200, body: { approval: { state: 'pending' } } });
    expect(await lead.approve(id)).toMatchObject({ status: 409, body: { error: 'approval_closed' } });
    // The same name at another client is the same person.
    const twice = new Approver(world, await world.token({ sub: 'grace', groups: ['risk'], client_id: 'other' }));
    expect(await twice.approve(id)).toMatchObject({ status: 409 });
    const risk = await Approver.of(world, 'alan', ['risk']);
    expect(await risk.approve(id)).toMatchObject({
      status: 200,
      body: { approval: { state: 'approved', verdicts: [{ subject: 'grace' }, { subject: 'alan' }] } },
    });
  });

  test('one denial is enough, and whoever approved may still deny', async () => {
    const { id } = await hold('two');
    await lead.approve(id);
    expect(await lead.deny(id, 'on reflection')).toMatchObject({
      status: 200,
      body: { approval: { state: 'denied' } },
    });
    const risk = await Approver.of(world, 'alan', ['risk']);
    expect(await risk.approve(id)).toMatchObject({ status: 409 });
  });

  test('nobody without the group, and nothing is shown to him', async () => {
    const { id } = await hold();
    const other = await stranger();
    expect(await other.list()).toEqual([]);
    for (const answer of [await other.request(`/${id}`), await other.approve(id), await other.deny(id)])
      expect(answer).toMatchObject({ status: 403, body: { error: 'not_an_approver' } });
    expect(await lead.state(id)).toBe('pending');
  });

  test('nobody without a token, or with an expired one', async () => {
    const { id } = await hold();
    for (const headers of [{}, { authorization: `Bearer ${await world.token({}, { expires: -60 })}` }]) {
      const answer = await fetch(`${world.adminUrl}/v1/approvals/${id}/approve`, { method: 'POST', headers });
      expect(answer.status).toBe(401);
    }
    expect(await lead.state(id)).toBe('pending');
  });

  test('the address of approvals is not on the listener of traffic', async () => {
    const answer = await fetch(`${world.url}/v1/approvals`, {
      headers: { authorization: `Bearer ${await world.token()}` },
    });
    expect(answer.status).toBe(404);
  });
});

describe('bad input changes nothing', () => {
  test.each([GUESSED, 'apr_', '1', "'; DROP TABLE regate.hold; --", 'x'.repeat(2000), '%00', '..%2f..'])(
    'an id that is none: %.30s',
    async (id) => {
      const held = await hold();
      for (const verb of ['approve', 'deny'])
        expect((await lead.request(`/${encodeURIComponent(id)}/${verb}`, {})).status).toBe(404);
      expect((await lead.request(`/${encodeURIComponent(id)}`)).status).toBe(404);
      expect(await lead.state(held.id)).toBe('pending');
    },
  );

  test.each([
    [{ reason: 'x'.repeat(1001) }],
    [{ reason: 7 }],
    [{ reason: 'a\u0000b' }],
    [{ reason: 'a\u001b[2Jb' }],
    [{ reason: 'x', force: true }],
    [[]],
    ['approve'],
  ])('a body that is none: %#', async (body) => {
    const { id } = await hold();
    for (const verb of ['approve', 'deny'])
      expect(await lead.request(`/${id}/${verb}`, body)).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
    expect(await lead.state(id)).toBe('pending');
  });

  test.each(['?state=open', '?limit=0', '?limit=x', '?limit=501'])('a list of %s', async (query) => {
    expect(await lead.request(query)).toMatchObject({ status: 400 });
  });

  test('an approval that was used, denied or has expired', async () => {
    const { id } = await hold();
    await lead.approve(id);
    expect(await lead.deny(id)).toMatchObject({ status: 409, body: { error: 'approval_closed' } });
    const client = await connect(world, 'v1', await world.token());
    expect(await client.call('wire', { amount: count })).toContain('done');
    await client.close();
    for (const answer of [await lead.approve(id), await lead.deny(id)])
      expect(answer).toMatchObject({ status: 409, body: { message: 'This call is used already.' } });
    const short = await hold('short');
    await pause(1_100);
    expect(await lead.approve(short.id)).toMatchObject({
      status: 409,
      body: { message: 'This call is expired already.' },
    });
    expect(await lead.state(short.id)).toBe('expired');
  });

  test('states that were made up, changed, or given to another', async () => {
    const real = (await modern('wire', { amount: ++count })).result!.requestState!;
    const [payload, seal] = real.split('.').slice(1);
    const other = await world.token({ sub: 'eve' });
    const cases = [
      [`regate-hold.${payload}.${'A'.repeat(43)}`, undefined],
      [`regate-hold.${Buffer.from('["apr_x",0]').toString('base64url')}.${seal}`, undefined],
      ['regate-hold.', undefined],
      ['regate-hold.x.y.z', undefined],
      [real, other],
    ] as const;
    for (const [requestState, token] of cases) {
      const { error } = await modern('wire', { amount: count }, requestState, token);
      expect(error).toMatchObject({ code: -31012, data: { code: 'request_state_refused' } });
    }
    // None of them has used up the real one.
    expect((await modern('wire', { amount: count }, real)).result).toMatchObject({ resultType: 'input_required' });
  });

  test('a state with other arguments is another call, held anew', async () => {
    const { result } = await modern('wire', { amount: ++count });
    const { id } = await lead.pending();
    await lead.approve(id);
    const next = await modern('wire', { amount: ++count }, result!.requestState);
    expect(next.result).toMatchObject({ resultType: 'input_required' });
    expect(tools.ran).toEqual([]);
  });

  test('a call that the policy allows meanwhile goes on, and approvers are not asked any more', async () => {
    const { result } = await modern('wire', { amount: ++count });
    const { id } = await lead.pending();
    const before = world.gate.policy.current!.revision;
    const file = join(world.directory, 'policy', 'gateway.rego');
    const set = async (text: string): Promise<void> => {
      const { revision } = world.gate.policy.current!;
      writeFileSync(file, text);
      await until(() => world.gate.policy.current!.revision !== revision);
    };
    await set(
      policy['gateway.rego']
        .replace('input.mcp.tool == "free"', 'input.mcp.tool in {"free", "wire"}')
        .replace('"wire": {"approvers": ["leads"], "expires_in": "1m"},', ''),
    );
    const next = await modern('wire', { amount: count }, result!.requestState);
    expect(next.result).toMatchObject({ resultType: 'complete' });
    expect(await lead.state(id)).toBe('superseded');
    await set(policy['gateway.rego']);
    expect(world.gate.policy.current!.revision).toBe(before);
  });

  test('a caller cannot fill the list without end', async () => {
    for (let i = 0; i < 5; i++) await hold();
    const client = await connect(world, 'v1', await world.token());
    expect(await client.call('wire', { amount: ++count })).toContain('error: Denied: too many calls of this caller');
    await client.close();
  });
});

describe('what is bound', () => {
  test('another caller, or another client of the same user, cannot use the approval', async () => {
    const { id } = await hold();
    await lead.approve(id);
    for (const claims of [{ sub: 'eve' }, { client_id: 'other-agent' }]) {
      const client = await connect(world, 'v1', await world.token(claims));
      await client.call('wire', { amount: count }, { timeoutMs: 200 }).catch(() => undefined);
      await client.close();
    }
    expect(tools.ran).toEqual([]);
    expect(await lead.state(id)).toBe('approved');
  });

  test('a refreshed token is the same caller, and keys in another order the same arguments', async () => {
    const { id } = await hold('wire', { currency: 'EUR' });
    await lead.approve(id);
    const client = await connect(world, 'v2 modern', await world.token({ jti: 'fresh' }));
    expect(await client.call('wire', { currency: 'EUR', amount: count })).toContain('done');
    await client.close();
  });

  test('a caller who is revoked while he waits has nothing run', async () => {
    const token = await world.token({ sub: 'leaver', groups: ['staff'] });
    const call = modernUntilDone('wire', { amount: ++count }, token).catch((error: unknown) => String(error));
    const { id } = await lead.pending();
    const revoked = await fetch(`${world.adminUrl}/v1/revocations`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await world.token({ sub: 'root', groups: ['gate-admins'] })}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ subject: 'leaver', issuer: world.issuer }),
    });
    expect(revoked.status).toBe(201);
    await lead.approve(id);
    expect(JSON.stringify(await call)).toMatch(/token_revoked|fetch failed/);
    await pause(200);
    expect(tools.ran).toEqual([]);
    expect(await lead.state(id)).toBe('approved');
  });

  test('an approval ends with its life', async () => {
    const { id } = await hold();
    await lead.approve(id);
    await world.gate.store!.query("UPDATE regate.hold SET valid_until = now() - interval '1 second' WHERE id = $1", [
      id,
    ]);
    expect(await lead.state(id)).toBe('expired');
    const client = await connect(world, 'v1', await world.token());
    await client.call('wire', { amount: count }, { timeoutMs: 200 }).catch(() => undefined);
    await client.close();
    expect(tools.ran).toEqual([]);
  });

  test('the policy sees who approved, and has the last word', async () => {
    world.respond = (_request: Seen, response) => response.writeHead(204).end();
    for (const [subject, outcome] of [
      ['grace', /unknown|not found|done/i],
      ['alan', /Denied by policy/],
    ] as const) {
      const call = modernUntilDone('judged', { amount: ++count });
      const { id } = await lead.pending();
      await (await Approver.of(world, subject)).approve(id);
      expect(JSON.stringify(await call)).toMatch(outcome);
    }
    const events = world.log().filter(({ input }) => input.mcp?.tool === 'judged');
    const isInput = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
      JSON.parse(
        readFileSync(new URL('../../../docs/schemas/decision-input.v1.json', import.meta.url), 'utf8'),
      ) as object,
    );
    for (const { input } of events) expect([isInput(input), isInput.errors]).toEqual([true, null]);
    expect(events.at(-1)).toMatchObject({
      input: { approval: { approvers: [{ subject: 'alan' }] } },
      result: { action: 'deny' },
    });
  });

  test('the token has to be good when the call is released', async () => {
    const token = await world.token({}, { expires: 1 });
    const call = modernUntilDone('wire', { amount: ++count }, token);
    const { id } = await lead.pending();
    await pause(1_200);
    await lead.approve(id);
    expect(JSON.stringify(await call)).toContain('invalid_token');
    expect(tools.ran).toEqual([]);
  });

  test('and its issuer has to say so, where it is asked', async () => {
    const said = { active: true, sub: 'ada', scope: 'mcp', aud: AUDIENCE, exp: Date.now() / 1000 + 60 };
    idp.onIntrospect = () => ({ body: said });
    const params = { name: 'wire', arguments: { amount: ++count }, _meta: { progressToken: 1 } };
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params };
    const answer = await post(world, message, { authorization: 'Bearer opaque', 'mcp-protocol-version': '2025-11-25' });
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    const { id } = await lead.pending();
    idp.onIntrospect = () => ({ body: { active: false } });
    await lead.approve(id);
    expect(await answer.text()).toContain('invalid_token');
    expect(tools.ran).toEqual([]);
  });
});

describe('what approvers see', () => {
  test('the call, without what the policy masks', async () => {
    const { id } = await hold('masked', { pin: 'secret-pin', note: 'secret-note' });
    await until(async () => !(await lead.list())[0]!.attended);
    const { body } = await lead.request(`/${id}`);
    const text = JSON.stringify(body);
    expect(text).not.toContain('secret-');
    expect(body.approval).toMatchObject({
      state: 'pending',
      requester: { subject: 'ada' },
      connection: 'tools',
      method: 'tools/call',
      target: 'masked',
      input: { mcp: { arguments: { amount: count } } },
      attended: false,
    });
    const rows = await world.gate.store!.query('SELECT * FROM regate.hold');
    expect(JSON.stringify(rows)).not.toContain('secret-');
    expect(world.log().some((event) => JSON.stringify(event).includes('secret-'))).toBe(false);
  });

  test('a decision without terms is held on those of the configuration', async () => {
    expect(await hold('no-terms')).toMatchObject({ target: 'no-terms' });
  });

  test('a webhook is told, signed, again when it fails, without secrets', async () => {
    respondWith = [500, 503];
    const { id } = await hold('masked', { pin: 'secret-pin' });
    await until(() => received.length === 3);
    for (const { headers, body } of received) {
      const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
      const signature = createHmac('sha256', SECRET).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${signature}`);
      expect(headers['webhook-id']).toBe(id);
      expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(30);
      expect(JSON.parse(body)).toMatchObject({ type: 'approval.requested', data: { id, target: 'masked' } });
      expect(body).not.toContain('secret-pin');
    }
    received.length = 0;
    respondWith = [500, 500, 500, 500];
    await hold();
    await until(() => world.reports.some((text) => text.includes('could not be delivered: status 500')));
    expect(received).toHaveLength(3);
    respondWith = [];
  });
});

describe('older clients', () => {
  test('that count progress are held for as long as it takes', async () => {
    const client = new Client({ name: 'c', version: '1' });
    const requestInit = { headers: { authorization: `Bearer ${await world.token()}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${world.url}/mcp/tools`), { requestInit }));
    const messages: string[] = [];
    const call = client.callTool({ name: 'wire', arguments: { amount: ++count } }, undefined, {
      timeout: 1_000,
      resetTimeoutOnProgress: true,
      onprogress: ({ message }) => messages.push(message ?? ''),
    });
    const { id } = await lead.pending();
    await pause(2_500);
    await lead.approve(id);
    expect(JSON.stringify(await call)).toContain('done');
    expect(messages.length).toBeGreaterThan(5);
    expect(messages[0]).toBe(`Waiting for approval ${id}`);
    await client.close();
  });

  test('that do not are told the id in time, and repeat the call', async () => {
    const client = await connect(world, 'v1', await world.token());
    const failed = await client.call('wire', { amount: ++count }).catch((error: unknown) => error);
    const { id } = await lead.pending();
    expect(failed).toMatchObject({ code: -31011, data: { code: 'approval_pending', approval: id } });
    await lead.approve(id);
    expect(await client.call('wire', { amount: count })).toContain('done');
    expect(tools.ran).toHaveLength(1);
    await client.close();
  });
});

describe('plain HTTP', () => {
  const call = async (path: string, body: unknown, token?: string): Promise<Response> =>
    fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token ?? (await world.token())}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('is accepted with a status address, and runs when it is repeated after the approval', async () => {
    world.respond = (_request, response) =>
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"made":1}');
    const first = await call('/api/orders', { n: ++count });
    expect(first.status).toBe(202);
    const { approval, status_url: statusUrl, error } = (await first.json()) as Record<string, string>;
    expect(error).toBe('approval_pending');
    expect(first.headers.get('location')).toBe(statusUrl);
    expect(statusUrl).toBe(`https://gate.example/api/.regate/approvals/${approval}`);
    const status = async (token?: string): Promise<{ status: number; body: Record<string, unknown> }> => {
      const answer = await fetch(statusUrl!.replace('https://gate.example', world.url), {
        headers: { authorization: `Bearer ${token ?? (await world.token())}` },
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    expect(await status()).toMatchObject({ status: 200, body: { approval, state: 'pending' } });
    expect(await status(await world.token({ sub: 'eve' }))).toMatchObject({ status: 404 });
    expect((await call('/api/orders', { n: count })).status).toBe(202);
    expect(world.seen).toEqual([]);
    await lead.approve(approval!);
    expect(await status()).toMatchObject({ body: { state: 'approved' } });
    expect(world.seen).toEqual([]);
    const done = await call('/api/orders', { n: count });
    expect([done.status, await done.json()]).toEqual([201, { made: 1 }]);
    expect((await call('/api/orders', { n: count })).status).toBe(202);
    expect(world.seen).toHaveLength(1);
  });

  test('another path, query, body or method is another call', async () => {
    const first = (await (await call('/api/orders?a=1', { n: ++count })).json()) as { approval: string };
    await lead.approve(first.approval);
    for (const [path, body] of [
      ['/api/orders?a=2', { n: count }],
      ['/api/other?a=1', { n: count }],
      ['/api/orders?a=1', { n: count, m: 1 }],
    ] as const)
      expect((await call(path, body)).status).toBe(202);
    expect(world.seen).toEqual([]);
  });

  test('is denied with the reason', async () => {
    const { approval } = (await (await call('/api/orders', { n: ++count })).json()) as { approval: string };
    await lead.deny(approval, 'too much');
    const denied = await call('/api/orders', { n: count });
    expect(denied.status).toBe(403);
    expect(await denied.json()).toMatchObject({
      error: 'approval_denied',
      approval,
      message: expect.stringContaining('too much'),
    });
  });

  test('is held where the connection says so', async () => {
    world.respond = (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    const waiting = call('/waiting/x', { n: ++count });
    const { id } = await lead.pending();
    await pause(500);
    expect(world.seen).toEqual([]);
    await lead.approve(id);
    expect((await waiting).status).toBe(200);
    expect(world.seen).toHaveLength(1);
  });

  test('no status of what is no approval', async () => {
    for (const rest of [GUESSED, 'x', `${GUESSED}/x`])
      expect(
        (
          await fetch(`${world.url}/api/.regate/approvals/${rest}`, {
            headers: { authorization: `Bearer ${await world.token()}` },
          })
        ).status,
      ).toBe(404);
    expect(world.seen).toEqual([]);
  });
});

interface ModernAnswer {
  readonly result?: { readonly resultType: string; readonly requestState?: string };
  readonly error?: { readonly code: number; readonly data: { readonly code: string } };
}

async function modern(name: string, args: object, requestState?: string, token?: string): Promise<ModernAnswer> {
  const response = await fetch(`${world.url}/mcp/tools`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token ?? (await world.token())}`,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {
        name,
        arguments: args,
        ...(requestState === undefined ? {} : { requestState }),
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientInfo': { name: 'c', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
  return (await response.json()) as ModernAnswer;
}

async function modernUntilDone(name: string, args: object, token?: string): Promise<ModernAnswer> {
  let answer = await modern(name, args, undefined, token);
  while (answer.result?.resultType === 'input_required')
    answer = await modern(name, args, answer.result.requestState, token);
  return answer;
}
