// `regate backtest`: decisions that a new policy would make otherwise, out of a decision log and out of a gate's records.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post, startWorld, toolCall, type World } from '../proxy/harness.ts';
import { POLICY } from '../proxy/policy-for-tests.ts';
import { copyEmbedded } from '../proxy/store/stores.ts';
import { runRegate, type CliOutcome } from './run-regate.ts';

const folder = mkdtempSync(join(tmpdir(), 'regate-backtest-'));
let world: World;
beforeAll(async () => {
  const settings = `
store: {directory: ${await copyEmbedded()}}
recording: {directory: ${folder}}
admin: {port: 0, requiredScopes: [admin]}`;
  world = await startWorld({ policy: POLICY, settings });
  const grace = { authorization: `Bearer ${await world.token({ sub: 'grace' })}` };
  await post(world, toolCall('free', { amount: 12345678901234567890n.toString() }));
  await post(world, toolCall('free'), grace);
  await post(world, toolCall('none'));
  await post(world, toolCall('mask-request', { pin: 1 }));
  await post(world, toolCall('boolean'));
  await post(world, toolCall('free'), { authorization: 'Bearer nonsense' });
  const admin = await world.token({ scope: 'admin' });
  writeFileSync(join(folder, 'token'), admin);
  write('same', POLICY['gateway.rego']!);
  write(
    'strict',
    POLICY['gateway.rego']!.replace(
      'input.mcp.tool in {"free", "Free"}',
      '{ input.mcp.tool in {"free", "Free"}; input.identity.subject != "grace" }',
    ),
  );
  write('broken', 'package gateway\n\ndecision := x\n');
  write('failing', 'package gateway\n\ndecision := {"action": "perhaps"}\n');
  for (;;) {
    const answer = await fetch(`${world.adminUrl}/v1/exchanges`, { headers: { authorization: `Bearer ${admin}` } });
    if (((await answer.json()) as { exchanges: unknown[] }).exchanges.length === 5) break;
  }
});
afterAll(() => world.close());

function write(name: string, text: string): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'gateway.rego'), text);
}

const backtest = (name: string, ...args: readonly string[]): Promise<CliOutcome> =>
  runRegate({ REGATE_ADMIN: world.adminUrl! }, 'backtest', '--bundle', join(folder, name), ...args);
const log = (): string[] => ['--log', world.logFile];

test('the policy that decided changes nothing', async () => {
  const { status, stdout } = await backtest('same', ...log());
  expect([status, stdout]).toEqual([
    0,
    '5 decisions evaluated, 0 would change; 2 inputs were masked in part; 1 events without a decision\n',
  ]);
});

test('a stricter one: what changes, by rule and by caller', async () => {
  const file = join(folder, 'changes.jsonl');
  const { status, stdout } = await backtest('strict', ...log(), '--output', file);
  expect(status).toBe(2);
  expect(stdout).toMatch(/^5 decisions evaluated, 1 would change/);
  expect(stdout).toMatch(/by rule:\n +1 {2}allow -> deny: default\n\nby caller:\n +1 {2}grace of http/);
  expect(stdout).toMatch(/grace {2}tools tools\/call free {2}allow -> deny: default {2}[0-9a-f-]{36}\n$/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    subject: 'grace',
    from: { action: 'allow' },
    to: { action: 'deny' },
  });
});

test('out of the records of a gate, the same', async () => {
  const args = ['--token-file', join(folder, 'token'), '--format', 'json'];
  const { status, stdout } = await backtest('strict', ...args);
  expect([status, JSON.parse(stdout)]).toMatchObject([2, { evaluated: 5, changed: 1, uncertain: 2, skipped: 0 }]);
  const other = await backtest('strict', ...args, '--connection', 'api');
  expect([other.status, JSON.parse(other.stdout)]).toMatchObject([0, { evaluated: 0, changed: 0 }]);
});

test('no decision at all is a change too', async () => {
  const { status, stdout } = await backtest('failing', ...log());
  expect([status, stdout]).toEqual([2, expect.stringMatching(/^5 decisions evaluated, 4 would change/)]);
  expect(stdout).toContain('3  allow -> failed: "action" is not');
});

test('what cannot be tested', async () => {
  const broken = await backtest('broken', ...log());
  expect([broken.status, broken.stderr]).toEqual([1, expect.stringContaining('var x is unsafe')]);
  const gone = await backtest('nowhere', ...log());
  expect([gone.status, gone.stderr]).toEqual([1, expect.stringContaining('no such file or directory')]);
  const nolog = await backtest('same', '--log', join(folder, 'none.jsonl'));
  expect([nolog.status, nolog.stderr]).toEqual([1, expect.stringContaining('none.jsonl: no such file')]);
  writeFileSync(join(folder, 'half.jsonl'), '{"input": ');
  const half = await backtest('same', '--log', join(folder, 'half.jsonl'));
  expect([half.status, half.stderr]).toEqual([1, expect.stringContaining('half.jsonl:1: not a line of JSON')]);
});
