// kill -9 at random points while calls are held, approved and released: after the restart every acknowledged approval is there, and nothing
// that was approved has run twice. More rounds by hand: REGATE_CRASHES=50.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AUDIENCE, startWorld, type World } from '../harness.ts';
import { copyEmbedded, postgresServer, stopServers } from '../store/stores.ts';
import { type Approval, pause, POLICY, startTools, type ToolServer, until } from './world.ts';

const ROUNDS = Number(process.env.REGATE_CRASHES ?? 1);
const CALLERS = 6;
const root = fileURLToPath(new URL('../../..', import.meta.url));
const server = await postgresServer();
if (typeof server === 'string') console.warn(`skipped on PostgreSQL: ${server}`);
const kinds = typeof server === 'string' ? ['embedded'] : ['embedded', 'postgres'];

/** `regate serve` in a process of its own. */
class GateProcess {
  readonly #folder: string;
  readonly #env: Readonly<Record<string, string>>;
  #child: ChildProcess | undefined;
  url = '';
  adminUrl = '';

  constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#env = env;
  }

  #spawn(): ChildProcess {
    const script = `const { main } = await import('./cli/main.ts'); await main(process.argv.slice(1));`;
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, '--'];
    return spawn(process.execPath, [...flags, 'serve', '--config', join(this.#folder, 'gate.yaml')], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: '', ...this.#env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  }

  async start(): Promise<void> {
    const child = this.#spawn();
    this.#child = child;
    let text = '';
    child.stderr!.on('data', (data) => (text += String(data)));
    await until(() => {
      if (child.exitCode !== null) throw new Error(text);
      const [, port] = /listens on 127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      const [, adminPort] = /administration on 127\.0\.0\.1:(\d+)/.exec(text) ?? [];
      this.url = `http://127.0.0.1:${port}`;
      this.adminUrl = `http://127.0.0.1:${adminPort}`;
      return port !== undefined && adminPort !== undefined;
    }, 60_000);
  }

  /** What a second process on the same configuration ends with. */
  async startAnother(): Promise<{ readonly status: number | null; readonly stderr: string }> {
    const child = this.#spawn();
    let stderr = '';
    child.stderr!.on('data', (data) => (stderr += String(data)));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { status, stderr };
  }

  async kill(): Promise<void> {
    const child = this.#child!;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }
}

describe.each(kinds)('killed, on %s,', (kind) => {
  let folder: string;
  let tools: ToolServer;
  let world: World;
  let gate: GateProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'regate-crash-'));
    tools = await startTools();
    // Its issuer is what is wanted of it.
    world = await startWorld({ policy: POLICY });
    mkdirSync(join(folder, 'policy'));
    writeFileSync(join(folder, 'policy', 'gateway.rego'), POLICY['gateway.rego']!);
    const env: Record<string, string> = { SECRET: 'a secret for sessions' };
    if (typeof server !== 'string') env.DATABASE = await server.createDatabase();
    const store =
      kind === 'embedded' ? `{directory: "${await copyEmbedded()}"}` : '{kind: postgres, url: {env: DATABASE}}';
    writeFileSync(
      join(folder, 'gate.yaml'),
      `
listen: {port: 0}
admin: {port: 0, groups: [leads]}
policy: {directory: policy}
sessionSecret: {env: SECRET}
issuers: [{issuer: "${world.issuer}", audience: ["${AUDIENCE}"], algorithms: [ES256]}]
connections: [{name: tools, kind: mcp, path: /mcp/tools, upstream: "${tools.url}", credential: {kind: none}}]
decisionLog: {file: decisions.jsonl}
store: ${store}
approvals: {silentMs: 500, pollMs: 200, grantMs: 60000}
`,
    );
    gate = new GateProcess(folder, env);
  }, 60_000);
  afterAll(async () => {
    await gate.kill();
    await world.close();
    await tools.close();
    rmSync(folder, { recursive: true, force: true });
    if (kind === kinds.at(-1)) await stopServers();
  });

  test(
    `${ROUNDS} time(s), nothing approved runs twice and no acknowledged approval is missing`,
    async () => {
      const [caller, approver] = [await world.token(), await world.token({ sub: 'grace', groups: ['leads'] })];
      const acknowledged = new Set<string>();
      const results = new Map<number, number>();
      let amount = 0;
      let isOver = false;

      const ask = async (url: string, token: string, body?: unknown): Promise<Record<string, unknown> | undefined> => {
        try {
          const answer = await fetch(url, {
            method: body === undefined ? 'GET' : 'POST',
            headers: {
              authorization: `Bearer ${token}`,
              'content-type': 'application/json',
              accept: 'application/json, text/event-stream',
            },
            ...(body === undefined ? {} : { body: JSON.stringify(body) }),
            signal: AbortSignal.timeout(5_000),
          });
          const text = await answer.text();
          const last =
            text
              .split('\n')
              .find((line) => line.startsWith('data:'))
              ?.slice(5) ?? text;
          return { status: answer.status, ...(JSON.parse(last) as object) };
        } catch {
          // The gate is gone, or going.
          await pause(20);
          return undefined;
        }
      };
      /** Calls again and again until there is a result, as an agent would. */
      const call = async (): Promise<void> => {
        while (!isOver) {
          const mine = ++amount;
          const params = { name: 'wire', arguments: { amount: mine } };
          while (!isOver) {
            const answer = await ask(`${gate.url}/mcp/tools`, caller, {
              jsonrpc: '2.0',
              id: mine,
              method: 'tools/call',
              params,
            });
            if (answer?.result === undefined || !JSON.stringify(answer).includes('done')) continue;
            results.set(mine, (results.get(mine) ?? 0) + 1);
            break;
          }
        }
      };
      const approve = async (): Promise<void> => {
        while (!isOver) {
          const list = await ask(`${gate.adminUrl}/v1/approvals?state=pending`, approver);
          for (const { id } of (list?.approvals ?? []) as readonly Approval[]) {
            const answer = await ask(`${gate.adminUrl}/v1/approvals/${id}/approve`, approver, {});
            if (answer?.status === 200) acknowledged.add(id);
          }
          await pause(10);
        }
      };

      await gate.start();
      if (kind === 'embedded') {
        const { status, stderr } = await gate.startAnother();
        expect([status, stderr]).toEqual([1, expect.stringContaining('another process uses this data folder')]);
      }
      const work = [approve(), ...Array.from({ length: CALLERS }, call)];
      for (let round = 0; round < ROUNDS; round++) {
        const before = acknowledged.size;
        await until(() => acknowledged.size > before + 3, 30_000);
        await pause(Math.random() * 300);
        await gate.kill();
        await pause(50);
        await gate.start();
      }
      const before = results.size;
      await until(() => results.size > before + 3, 30_000);
      isOver = true;
      await Promise.all(work);

      const approvals: (Approval & { readonly state: string })[] = [];
      for (const state of ['approved', 'used', 'expired', 'pending', 'superseded', 'denied']) {
        const list = await ask(`${gate.adminUrl}/v1/approvals?state=${state}&limit=500`, approver);
        approvals.push(...(list!.approvals as Approval[]));
      }
      expect(approvals.length).toBeLessThan(500);
      const kept = new Map(approvals.map((approval) => [approval.id, approval]));
      expect(acknowledged.size).toBeGreaterThan(ROUNDS * 3);
      for (const id of acknowledged) {
        expect(['approved', 'used']).toContain(kept.get(id)?.state);
        expect(kept.get(id)!.verdicts).toMatchObject([{ subject: 'grace', verdict: 'approve' }]);
      }
      // Every execution has an approval of its own, used up before it ran.
      const used = new Map<number, number>();
      for (const { id, state } of approvals) {
        if (state !== 'used') continue;
        const shown = await ask(`${gate.adminUrl}/v1/approvals/${id}`, approver);
        const { input } = shown!.approval as { input: { mcp: { arguments: { amount: number } } } };
        used.set(input.mcp.arguments.amount, (used.get(input.mcp.arguments.amount) ?? 0) + 1);
      }
      const ran = new Map<number, number>();
      for (const { arguments: args } of tools.ran) {
        const { amount: one } = args as { amount: number };
        ran.set(one, (ran.get(one) ?? 0) + 1);
      }
      for (const [one, times] of ran) expect(times).toBeLessThanOrEqual(used.get(one) ?? 0);
      for (const [one, times] of results) expect(ran.get(one)).toBeGreaterThanOrEqual(times);
    },
    60_000 + ROUNDS * 60_000,
  );
});
