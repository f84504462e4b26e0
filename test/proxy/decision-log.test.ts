// What the decision log says: OPA's event, masks and drops of the policy, and what happens when it cannot be written.
import { afterEach, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { post, startWorld, toolCall, type World } from './harness.ts';

const worlds: World[] = [];
afterEach(async () => {
  await Promise.all(worlds.splice(0).map((world) => world.close()));
});

const ALLOW = 'package gateway\n\ndecision := {"action": "allow"}\n';

async function world(log: string, settings = ''): Promise<World> {
  const started = await startWorld({
    policy: { 'gateway.rego': ALLOW, 'log.rego': `package system.log\n\n${log}` },
    settings,
  });
  worlds.push(started);
  return started;
}

test('the policy drops events', async () => {
  const gate = await world('drop if input.input.mcp.method == "ping"\n');
  expect((await post(gate, { jsonrpc: '2.0', id: 1, method: 'ping' })).status).toBe(200);
  await post(gate, toolCall('a'));
  expect(gate.log().map(({ input }) => input.mcp!.tool)).toEqual(['a']);
});

test('a drop that fails drops nothing', async () => {
  const gate = await world('drop if to_number(input.input.mcp.tool) == 1\n');
  expect((await post(gate, toolCall('x'))).status).toBe(200);
  expect(gate.log()).toHaveLength(1);
  expect(gate.reports.join()).toContain('data.system.log.drop failed, the event is kept');
});

test('the policy masks by pointers and upserts, and sees the event whole', async () => {
  const gate = await world(
    `mask contains "/input/mcp/arguments/pin" if input.input.identity.claims.sub == "ada"

mask contains {"op": "upsert", "path": "/input/mcp/arguments/name", "value": "**"}

mask contains {"op": "upsert", "path": "/input/nowhere/name", "value": "**"}

mask contains {"op": "remove", "path": "/input/request/body"}
`,
    '',
  );
  await post(gate, toolCall('a', { pin: '1234', name: 'Ada', n: [1, 12345678901234567890n.toString()] }));
  expect(JSON.parse(gate.seen[0]!.body)).toMatchObject({ params: { arguments: { pin: '1234', name: 'Ada' } } });
  const event = gate.log()[0]!;
  expect(event.input.mcp!.arguments).toEqual({ name: '**', n: [1, '12345678901234567890'] });
  expect(event.input.request).not.toHaveProperty('body');
  expect([...event.erased!].sort()).toEqual(['/input/mcp/arguments/pin', '/input/request/body']);
  expect(event.masked).toEqual(['/input/mcp/arguments/name']);
});

test('a policy without masks and drops in that package needs neither', async () => {
  const gate = await world('other := 1\n');
  expect((await post(gate, toolCall('x'))).status).toBe(200);
  expect(gate.log()).toHaveLength(1);
});

test('numbers keep their digits, and the order of keys is that of the request', async () => {
  const gate = await world('other := 1\n');
  await post(
    gate,
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"z":12345678901234567890,"a":1.10}}}',
  );
  expect(readFileSync(gate.logFile, 'utf8')).toContain('"arguments":{"z":12345678901234567890,"a":1.10}');
});

test('a line made ready while the upstream works says what one made at the end says', async () => {
  const gateway = `package gateway

default decision := {"action": "allow"}

decision := {"action": "allow", "mask": {"request": ["$.pin"]}} if input.mcp.tool == "pin"

decision := {"action": "deny", "reason": "no"} if input.mcp.tool == "denied"
`;
  // With a rule for drops the policy is asked about the whole event, and nothing is made ready.
  const policies = { ready: '', late: 'package system.log\n\ndrop if false\n' };
  const logs: Record<string, readonly unknown[]> = {};
  for (const [name, log] of Object.entries(policies)) {
    const gate = await startWorld({ policy: { 'gateway.rego': gateway, 'log.rego': log || 'package other\n' } });
    worlds.push(gate);
    let prepared = 0;
    const { prepare } = gate.gate.log;
    gate.gate.log.prepare = (exchange) => {
      prepare.call(gate.gate.log, exchange);
      if (exchange.preparedLine !== undefined) prepared++;
    };
    gate.respond = (_, response) => {
      const status = gate.seen.length % 2 === 0 ? 200 : 500;
      setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0"}'), 20);
    };
    const token = await gate.token({ iat: 1_700_000_000, jti: 'one' }, { expires: 100_000 });
    for (const tool of ['plain', 'pin', 'plain', 'pin', 'denied']) {
      const headers = { authorization: `Bearer ${token}`, traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
      await post(gate, toolCall(tool, { pin: '1234', n: 1.5 }), headers);
    }
    expect(prepared).toBe(name === 'ready' ? 4 : 0);
    logs[name] = readFileSync(gate.logFile, 'utf8')
      .replaceAll(gate.issuer, 'ISSUER')
      .replaceAll(/"(id|decision_id|time|timestamp|revision)":"[^"]*"/g, '"$1":""')
      .replaceAll(/"(timer_\w+|exp|iat)":\d+/g, '"$1":0')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }
  expect(logs.ready).toHaveLength(5);
  expect(logs.ready).toEqual(logs.late);
});

test('a full disk denies, well-formed, and the gate lives on', async () => {
  if (!existsSync('/dev/full')) return console.warn('skipped: this system has no /dev/full');
  const gate = await startWorld({ policy: { 'gateway.rego': ALLOW }, logFile: '/dev/full' });
  worlds.push(gate);
  for (let i = 0; i < 3; i++) {
    const answer = await post(gate, toolCall('x'));
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      id: 1,
      error: { code: -31601, data: { code: 'log_unavailable', decision_id: expect.any(String) } },
    });
  }
  expect(gate.alarms.join()).toContain('ENOSPC');
});
