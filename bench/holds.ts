// `npm run bench:holds`: many calls held at once, then approved one by one: how long they take to be held, and from an approval to the answer.
// Gate, callers and approver share a process, so the figures are on the safe side. Flags: --calls N, --approvers N (at once).
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { POLICY, SETTINGS, startHoldWorld, startTools, until } from '../test/proxy/hold/world.ts';
import { startPostgres } from '../test/proxy/postgres-server.ts';
import { copyEmbedded } from '../test/proxy/store/stores.ts';

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '1000' }, approvers: { type: 'string', default: '8' } },
});
const calls = Number(values.calls);
const approvers = Number(values.approvers);

const directory = await copyEmbedded();
await measure('embedded', `{directory: "${directory}"}`, {});
rmSync(directory, { recursive: true, force: true });
const server = await startPostgres();
if (typeof server === 'string') console.log(`PostgreSQL is left out: ${server}`);
else {
  await measure(server.version, '{kind: postgres, url: {env: DATABASE}}', { DATABASE: await server.createDatabase() });
  await server.destroy();
}

async function measure(name: string, store: string, env: Readonly<Record<string, string>>): Promise<void> {
  const tools = await startTools();
  const settings = SETTINGS.replace(/approvals: .*/, `approvals: {waiting: ${calls}, progressMs: 10000}`);
  // On a busy machine it takes a while.
  const policy = { 'gateway.rego': POLICY['gateway.rego']!.replaceAll('"expires_in": "1m"', '"expires_in": "1h"') };
  const world = await startHoldWorld(store, tools, { policy, settings, env });
  const caller = await world.token();
  const approver = await world.token({ sub: 'grace', groups: ['leads'] });
  const rssBefore = process.memoryUsage().rss;

  const answeredAt = new Map<number, number>();
  const started = performance.now();
  const cpu = process.cpuUsage();
  const held = Array.from({ length: calls }, async (_, amount) => {
    const params = { name: 'wire', arguments: { amount }, _meta: { progressToken: amount } };
    const answer = await fetch(`${world.url}/mcp/tools`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${caller}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: amount, method: 'tools/call', params }),
    });
    const text = await answer.text();
    if (!text.includes('done')) throw new Error(`call ${amount} was not done: ${text}`);
    answeredAt.set(amount, performance.now());
  });
  await until(() => world.gate.approvals!.waits.size === calls, 300_000);
  const heldMs = performance.now() - started;
  const heldCpuMs = cpuMs(cpu);
  const rss = process.memoryUsage().rss - rssBefore;

  const rows = await world.gate.store!.query<{ readonly id: string; readonly summary: string }>(
    "SELECT id, summary FROM regate.hold WHERE state = 'pending'",
  );
  const approvedAt = new Map<number, number>();
  const approving = performance.now();
  const approvingCpu = process.cpuUsage();
  const queue = rows.map(({ id, summary }) => {
    const { mcp } = JSON.parse(summary) as { readonly mcp: { readonly arguments: { readonly amount: number } } };
    return { id, amount: mcp.arguments.amount };
  });
  await Promise.all(
    Array.from({ length: approvers }, async () => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        const answer = await fetch(`${world.adminUrl}/v1/approvals/${next.id}/approve`, {
          method: 'POST',
          headers: { authorization: `Bearer ${approver}` },
        });
        if (!answer.ok) throw new Error(await answer.text());
        approvedAt.set(next.amount, performance.now());
      }
    }),
  );
  await Promise.all(held);
  const releasedMs = performance.now() - approving;
  const releasedCpuMs = cpuMs(approvingCpu);
  const delays = [...approvedAt].map(([amount, at]) => answeredAt.get(amount)! - at).sort((a, b) => a - b);
  if (tools.ran.length !== calls) throw new Error(`${tools.ran.length} calls ran`);
  const at = (share: number): string =>
    `${Math.max(0, delays[Math.floor(share * (delays.length - 1))]!).toFixed(1)} ms`;
  console.log(`${name}: ${calls} calls at once`);
  console.log(`  held in ${seconds(heldMs)} (processor ${seconds(heldCpuMs)}), ${(rss / 2 ** 20).toFixed(0)} MiB`);
  console.log(
    `  approved by ${approvers} at once and answered in ${seconds(releasedMs)} (processor ${seconds(releasedCpuMs)}), each once`,
  );
  console.log(`  from an approval's acknowledgement to the answer: p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`);
  await world.close();
  await tools.close();
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
