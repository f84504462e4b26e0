// What the decision log says: OPA's event, masks and drops of the policy, and what happens when it cannot be written.
import { afterEach, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
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
  const { readFileSync } = await import('node:fs');
  expect(readFileSync(gate.logFile, 'utf8')).toContain('"arguments":{"z":12345678901234567890,"a":1.10}');
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
  expect(gate.reports.join()).toContain('ENOSPC');
});
