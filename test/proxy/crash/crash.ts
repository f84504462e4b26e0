// Kills a gate at random moments under load, starts it again, and looks whether every decision that a client has seen is in the log, has
// reached the sink and is recorded, in a chain that holds. `npm run crash -- --rounds 200 --seed 7` runs it for long; crash.test.ts for a moment.
import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
import { Chain } from '../../../proxy/record/chain.ts';
import type { Entry } from '../../../proxy/record/entry.ts';
import { type ChainFault, verifyChain } from '../../../proxy/record/verify.ts';
import { openEmbedded } from '../../../proxy/store/embedded.ts';
import { copyEmbedded } from '../store/stores.ts';

export interface CrashOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly durability: 'process' | 'disk';
  /** The most answers that a gate gives in its life. */
  readonly answers: number;
}

export interface CrashResult {
  /** Answers that clients have got whole. */
  readonly acknowledged: number;
  /** Of those, what is in no file of the log. */
  readonly missingInLog: readonly string[];
  /** And what the sink never got. */
  readonly missingInSink: readonly string[];
  readonly logged: number;
  readonly shipped: number;
  /** And what is not recorded. */
  readonly missingInRecords: readonly string[];
  readonly chainFaults: readonly ChainFault[];
  /** Lines that are no JSON. */
  readonly torn: number;
  readonly files: number;
}

const POLICY = `package gateway

decision := {"action": "allow"} if input.mcp.arguments.n % 2 == 0

decision := {"action": "deny"} if input.mcp.arguments.n % 2 == 1
`;
const CALLERS = 8;

/** Runs the rounds. */
export async function crash({ rounds, seed, durability, answers }: CrashOptions): Promise<CrashResult> {
  const random = randomNumbers(seed);
  const acknowledged: string[] = [];
  let next = 0;
  let isOver = false;
  const directory = mkdtempSync(join(tmpdir(), 'regate-crash-'));
  const shipped = new Map<string, number>();
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' };
  const [issuerServer, issuer] = await serve((request, response) => {
    response.end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` }));
  });
  const [upstreamServer, upstream] = await serve((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{}}');
    });
  });
  const [sinkServer, sink] = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    // A sink that is sometimes away, and sometimes takes what it does not confirm.
    const luck = isOver ? 1 : random();
    if (luck < 0.2) return void response.writeHead(503).end();
    for (const event of JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as Event[])
      shipped.set(idOf(event), (shipped.get(idOf(event)) ?? 0) + 1);
    if (luck < 0.3) response.destroy();
    else response.writeHead(204).end();
  });
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience('crash')
    .setSubject('ada')
    .setExpirationTime('4h')
    .sign(privateKey);
  mkdirSync(join(directory, 'policy'));
  writeFileSync(join(directory, 'policy', 'gateway.rego'), POLICY);
  const file = join(directory, 'gate.yaml');
  const storeDirectory = await copyEmbedded();
  writeFileSync(
    file,
    `listen: {port: 0}
policy: {directory: policy}
issuers: [{issuer: "${issuer}", audience: crash, algorithms: [ES256]}]
decisionLog: {file: log/decisions.jsonl, durability: ${durability}, rotation: {bytes: 50000}, ship: {url: "${sink}", delayMs: 20, batchBytes: 20000}}
store: {directory: "${storeDirectory}"}
recording: {directory: records, durability: ${durability}}
connections: [{name: a, kind: mcp, path: /a, upstream: "${upstream}/mcp", credential: {kind: none}}]
`,
  );
  try {
    for (let round = 0; round < rounds; round++) {
      const [child, url] = await startGate(file);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      const callers = Array.from({ length: CALLERS }, () => call(url, token, () => next++, acknowledged));
      const enough = acknowledged.length + 1 + Math.floor(random() * answers);
      while (acknowledged.length < enough) await new Promise((resolve) => setTimeout(resolve, 1 + random() * 5));
      child.kill('SIGKILL');
      await Promise.all([gone, ...callers]);
    }
    isOver = true;
    const [last] = await startGate(file);
    const logged = readLog(join(directory, 'log'));
    const end = Date.now() + 60_000;
    while (acknowledged.some((id) => !shipped.has(id)) && Date.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const position = join(directory, 'records', 'records.jsonl.position');
    const queue = join(directory, 'records', 'records.jsonl');
    while (!isDrained(queue, position) && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    const gone = new Promise((resolve) => last.once('exit', resolve));
    last.kill('SIGKILL');
    await gone;
    const recorded = await readRecords(storeDirectory);
    return {
      acknowledged: acknowledged.length,
      missingInLog: acknowledged.filter((id) => !logged.ids.has(id)),
      missingInSink: acknowledged.filter((id) => !shipped.has(id)),
      logged: logged.ids.size,
      shipped: shipped.size,
      missingInRecords: acknowledged.filter((id) => !recorded.ids.has(id)),
      chainFaults: recorded.faults,
      torn: logged.torn,
      files: logged.files,
    };
  } finally {
    for (const server of [issuerServer, upstreamServer, sinkServer]) server.close().closeAllConnections();
  }
}

interface Event {
  readonly input: { readonly mcp?: { readonly arguments: { readonly n: number } } };
}

const idOf = (event: Event): string => String(event.input.mcp?.arguments.n);

/** Calls until the gate is gone; notes what has been answered whole. */
async function call(url: string, token: string, next: () => number, acknowledged: string[]): Promise<void> {
  for (;;) {
    const n = next();
    const message = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: { n } } };
    try {
      const answer = await fetch(`${url}/a`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(message),
      });
      const body = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status} ${body}`);
      JSON.parse(body);
      acknowledged.push(String(n));
    } catch (error) {
      // What fetch throws when a connection breaks; the test's realm may have another TypeError.
      if ((error as Error).name === 'TypeError') return;
      throw error;
    }
  }
}

function readLog(directory: string): { ids: ReadonlySet<string>; torn: number; files: number } {
  const ids = new Set<string>();
  let torn = 0;
  const files = readdirSync(directory).filter((name) => /^decisions\.jsonl(?:\.\d+)?$/.test(name));
  for (const name of files)
    for (const line of readFileSync(join(directory, name), 'utf8').split('\n').filter(Boolean)) {
      try {
        ids.add(idOf(JSON.parse(line) as Event));
      } catch {
        torn++;
      }
    }
  return { ids, torn, files: files.length };
}

/** Whether all that waits in the file being written has been taken; rotated ones are gone by then. */
function isDrained(queue: string, position: string): boolean {
  try {
    const { offset } = JSON.parse(readFileSync(position, 'utf8')) as { offset: number };
    return offset === statSync(queue).size;
  } catch {
    return false;
  }
}

async function readRecords(directory: string): Promise<{ ids: ReadonlySet<string>; faults: readonly ChainFault[] }> {
  const store = await openEmbedded(directory);
  try {
    const { faults } = await verifyChain(store.query, new Chain(undefined));
    const rows = await store.query<{ readonly body: string }>('SELECT body FROM regate.record');
    const ids = rows.map(({ body }) => idOf((JSON.parse(body) as Entry).event as Event));
    return { ids: new Set(ids), faults };
  } finally {
    await store.close();
  }
}

async function startGate(file: string): Promise<[ChildProcess, string]> {
  const script = new URL('./gate-process.ts', import.meta.url);
  const child = fork(script, [file], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(message as number));
    child.once('exit', (code) => reject(new Error(`the gate ended with ${code}`)));
  });
  return [child, `http://127.0.0.1:${port}`];
}

async function serve(listener: RequestListener): Promise<[Server, string]> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '50' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      durability: { type: 'string', default: 'process' },
      answers: { type: 'string', default: '2000' },
    },
  });
  const durability = values.durability === 'disk' ? 'disk' : 'process';
  const result = await crash({
    rounds: Number(values.rounds),
    seed: Number(values.seed),
    durability,
    answers: Number(values.answers),
  });
  console.log(`seed ${values.seed}, ${values.rounds} kills:`, result);
  const { missingInLog, missingInSink, missingInRecords, chainFaults, torn } = result;
  process.exit(
    missingInLog.length + missingInSink.length + missingInRecords.length + chainFaults.length + torn === 0 ? 0 : 1,
  );
}
