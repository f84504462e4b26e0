// `npm run bench:holds`: many calls held at once, then approved one by one: how long they take to be held, and from an approval to the answer.
// Gate, callers and approver share a process, so the figures are on the safe side. Flags: --calls N, --approvers N (at once).
import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SETTINGS, startHoldWorld, startTools, until } from '../test/proxy/hold/world.ts';
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
  const world = await startHoldWorld(store, tools, { settings, env });
  const caller = await world.token();
  const approver = await world.token({ sub: 'grace', groups: ['leads'] });
  const rssBefore = process.memoryUsage().rss;

  const answeredAt = new Map<number, number>();
  const started = performance.now();
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
    if (!(await answer.text()).includes('done')) throw new Error(`call ${amount} was not done`);
    answeredAt.set(amount, performance.now());
  });
  await until(() => world.gate.approvals!.waits.size === calls, 300_000);
  const heldMs = performance.now() - started;
  const rss = process.memoryUsage().rss - rssBefore;

  const rows = await world.gate.store!.query<{ readonly id: string; readonly summary: string }>(
    "SELECT id, summary FROM regate.hold WHERE state = 'pending'",
  );
  const approvedAt = new Map<number, number>();
  const approving = performance.now();
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
  const delays = [...approvedAt].map(([amount, at]) => answeredAt.get(amount)! - at).sort((a, b) => a - b);
  if (tools.ran.length !== calls) throw new Error(`${tools.ran.length} calls ran`);
  const at = (share: number): string =>
    `${Math.max(0, delays[Math.floor(share * (delays.length - 1))]!).toFixed(1)} ms`;
  console.log(`${name}: ${calls} calls at once`);
  console.log(`  held in ${(heldMs / 1000).toFixed(2)} s, ${(rss / 2 ** 20).toFixed(0)} MiB`);
  console.log(`  approved by ${approvers} at once and answered in ${(releasedMs / 1000).toFixed(2)} s, each once`);
  console.log(`  from an approval's acknowledgement to the answer: p50 ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`);
  await world.close();
  await tools.close();
}
