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
  world = await startHoldWorld(`{directory: "${directory}"}`, tools);
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
