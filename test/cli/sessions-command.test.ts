// `regate sessions` against a gate with records: what a person sees, what a pipeline gets, and what is found when somebody changed a row.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRegate, type CliOutcome } from './run-regate.ts';
import { post, startWorld, toolCall, type World } from '../proxy/harness.ts';
import { POLICY } from '../proxy/policy-for-tests.ts';
import { copyEmbedded } from '../proxy/store/stores.ts';

const folder = mkdtempSync(join(tmpdir(), 'regate-sessions-'));
let world: World;
beforeAll(async () => {
  writeFileSync(join(folder, 'chain-key'), 'a-key-of-the-chain\n');
  const settings = `
store: {directory: ${await copyEmbedded()}}
recording: {directory: ${folder}, key: {file: ${join(folder, 'chain-key')}}}
admin: {port: 0, requiredScopes: [admin]}`;
  world = await startWorld({ policy: POLICY, settings });
  writeFileSync(join(folder, 'token'), await world.token({ scope: 'admin' }));
  writeFileSync(join(folder, 'caller'), await world.token());
  for (const tool of ['free', 'none', 'mask-request'])
    await post(world, toolCall(tool, { pin: 1234, note: 'x', a: tool }));
  await settled();
});
afterAll(() => world.close());

async function settled(): Promise<void> {
  for (;;) {
    const { stdout } = await regate('sessions', 'verify', '--format', 'json');
    if ((JSON.parse(stdout) as { records: number }).records >= world.log().length) return;
  }
}

function regate(...args: readonly string[]): Promise<CliOutcome> {
  return runRegate(
    { REGATE_ADMIN: world.adminUrl!, REGATE_TOKEN: readFileSync(join(folder, 'token'), 'utf8') },
    ...args,
  );
}

async function sessionId(): Promise<string> {
  const { stdout } = await regate('sessions', 'list', '--format', 'json');
  return (JSON.parse(stdout) as { sessions: { id: string }[] }).sessions[0]!.id;
}

test('list, show and their filters', async () => {
  const listed = await regate('sessions', 'list');
  expect(listed.stdout).toMatch(/^session +last \(UTC\) +connection +who +exchanges +refused\n[0-9a-f]{32} {2}/);
  const shown = await regate('sessions', 'show', await sessionId());
  expect(shown.stdout).toContain('tools/call free  (tools, exchange ');
  expect(shown.stdout).toContain('decided   policy_denied');
  expect(shown.stdout).toContain('"pin":"[redacted]"');
  expect(shown.stdout).not.toContain('note":"x","a":"mask');
  expect((await regate('sessions', 'list', '--subject', 'nobody')).stdout).toBe('no sessions\n');
  const faulty = await regate('sessions', 'list', '--since', 'yesterday');
  expect([faulty.status, faulty.stderr]).toEqual([1, expect.stringContaining('--since: "yesterday" is no time')]);
});

test('the chain is verified at the gate and from an export', async () => {
  const good = await regate('sessions', 'verify');
  expect([good.status, good.stdout]).toEqual([
    0,
    expect.stringMatching(/^\d+ records hold, 1 to \d+; the last hash is [0-9a-f]{64}\n$/),
  ]);
  const { stdout } = await regate('sessions', 'export');
  const file = join(folder, 'export.jsonl');
  writeFileSync(file, stdout);
  const key = ['--chain-key', join(folder, 'chain-key')];
  expect((await regate('sessions', 'verify', '--file', file, ...key)).stdout).toBe(good.stdout);
  expect((await regate('sessions', 'verify', '--file', file)).status).toBe(2);
  writeFileSync(file, stdout.replace('\\"free\\"', '\\"nope\\"'));
  const changed = await regate('sessions', 'verify', '--file', file, ...key);
  expect([changed.status, changed.stdout]).toEqual([2, expect.stringMatching(/record 1 was changed/)]);
  writeFileSync(file, stdout.split('\n').toSpliced(1, 1).join('\n'));
  const removed = await regate('sessions', 'verify', '--file', file, ...key);
  expect([removed.status, removed.stdout]).toEqual([2, expect.stringMatching(/record 2 is missing/)]);
});

test('a session is printed, or sent again; what was masked is not made up', async () => {
  const id = await sessionId();
  expect((await regate('sessions', 'replay', id)).stdout).toContain('POST /mcp/tools\n{"jsonrpc":"2.0"');
  const before = world.log().length;
  const sent = await regate('sessions', 'replay', id, '--to', world.url, '--as-token-file', join(folder, 'caller'));
  expect(sent.stdout).toContain('POST /mcp/tools: 200\n{"jsonrpc":"2.0","id":1,"result":{"ok":true}}');
  expect(sent.stdout).toContain('POST /mcp/tools: skipped, masked in the record: $.pin, $.note');
  expect(
    world
      .log()
      .slice(before)
      .map(({ input }) => input.mcp?.tool),
  ).toEqual(['free', 'none']);
});

test('who may not, and where nothing is', async () => {
  writeFileSync(join(folder, 'other'), await world.token());
  const refused = await regate('sessions', 'list', '--token-file', join(folder, 'other'));
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('insufficient_scope')]);
  const gone = await runRegate({ REGATE_ADMIN: 'http://127.0.0.1:1' }, 'sessions', 'list');
  expect([gone.status, gone.stderr]).toEqual([1, expect.stringContaining('http://127.0.0.1:1 cannot be reached')]);
  expect((await runRegate({ REGATE_ADMIN: '' }, 'sessions', 'list')).stderr).toContain(
    'say where the gate is administered',
  );
  const unknown = await regate('sessions', 'show', '00000000-0000-4000-8000-000000000000');
  expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining('(not_found)')]);
});
