// `npm run bench:gateway`: the gate against a bare Express + http-proxy-middleware pass-through and no proxy at all, same upstream, one run.
// Flags: --seconds N (a measurement), --warm N (requests before the first), --rounds N, --streams N (idle ones), --soak N (seconds of steady load for the memory), --parts a,b (of
// throughput, streams, soak, idle). Ten thousand streams need `ulimit -n 32768`.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import type { Usage } from './gateway/report.ts';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '3' },
    streams: { type: 'string', default: '500' },
    soak: { type: 'string', default: '10' },
    warm: { type: 'string', default: '15000' },
    parts: { type: 'string', default: 'throughput,streams,soak,idle' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);

const POLICY = `package gateway

default decision := {"action": "deny", "reason": "no rule allows this"}

decision := {"action": "allow", "mask": {"response": ["$..card_number"]}} if {
	input.mcp.tool in data.grants[input.identity.groups[_]]
}

decision := {"action": "allow"} if input.mcp.kind == "none"

decision := {"action": "allow"} if input.connection in {"events", "pass"}
`;
const BODY = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name: 'get_customers', arguments: { from: 0, to: 4, query: 'x'.repeat(200) } },
});

const directory = mkdtempSync(join(tmpdir(), 'regate-bench-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
const children: ChildProcess[] = [];

async function start(script: string, ...args: readonly string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(new URL(`./gateway/${script}`, import.meta.url), args, {
    // All on large pages, as the image has the gate.
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc', '--use-largepages=silent'],
  });
  children.push(child);
  const { port } = await answerOf<{ port: number }>(child);
  return { child, port };
}

function answerOf<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a process of the benchmark ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });
}

/** After a collection of garbage when `memory` is asked for. */
function usageOf(child: ChildProcess, wanted: 'memory' | 'cpu'): Promise<Usage> {
  const answer = answerOf<Usage>(child);
  child.send(wanted);
  return answer;
}

async function startIssuer(): Promise<{ issuer: string; token: string; close: () => void }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const body = request.url === '/jwks' ? { keys: [jwk] } : { issuer, jwks_uri: `${issuer}/jwks` };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = await new SignJWT({ groups: ['staff', 'support'], client_id: 'bench', scope: 'mcp', jti: 'bench' })
    .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience('bench')
    .setSubject('ada')
    .setIssuedAt()
    .setExpirationTime('4h')
    .sign(privateKey);
  return { issuer, token, close: () => server.close() };
}

function writeConfig(name: string, issuer: string, upstream: string, more = ''): string {
  mkdirSync(join(directory, 'policy'), { recursive: true });
  writeFileSync(join(directory, 'policy', 'gateway.rego'), POLICY);
  writeFileSync(join(directory, 'policy', 'data.json'), JSON.stringify({ grants: { support: ['get_customers'] } }));
  const file = join(directory, `${name}.yaml`);
  writeFileSync(
    file,
    `listen: {port: 0}
publicUrl: http://127.0.0.1:1
policy: {directory: policy}
issuers: [{issuer: "${issuer}", audience: bench, algorithms: [ES256]}]
decisionLog: {file: ${name}.jsonl, rotation: {bytes: 1000000000}}
limits: {idleTimeoutMs: 3600000}
${more}
connections:
  - {name: full, kind: mcp, path: /full, upstream: "${upstream}/mcp", credential: {kind: none}}
  - {name: events, kind: http, path: /events, upstream: "${upstream}/events", credential: {kind: none}}
  - {name: pass, kind: http, path: /pass, inspection: headers, upstream: "${upstream}/mcp", credential: {kind: none}}
`,
  );
  return file;
}

interface Target {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The proxy's process. */
  readonly child?: ChildProcess;
}

interface Measured {
  readonly perSecond: number[];
  /** Microseconds of the proxy's processor time for a request. */
  readonly cpu: number[];
  readonly timesMs: number[];
}

async function load(
  target: Target,
  connections: number,
  length: { readonly amount: number } | { readonly duration: number },
  into?: Measured,
): Promise<void> {
  let failed = 0;
  const before = target.child === undefined ? undefined : await usageOf(target.child, 'cpu');
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: target.url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          ...target.headers,
        },
        body: BODY,
        connections,
        ...length,
      },
      (error, done) => (error == null ? resolve(done) : reject(error as Error)),
    );
    run.on('response', (_client, status, _bytes, timeMs) => {
      if (status !== 200) failed++;
      else into?.timesMs.push(timeMs);
    });
  });
  if (failed > 0 || result.errors > 0) throw new Error(`${target.name}: ${failed} refused, ${result.errors} errors`);
  into?.perSecond.push(result.requests.total / result.duration);
  if (before !== undefined)
    into?.cpu.push(((await usageOf(target.child!, 'cpu')).cpu - before.cpu) / result.requests.total);
}

function median(list: readonly number[]): number {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function throughput(targets: readonly Target[]): Promise<void> {
  // Until everything is compiled: with one connection that takes long.
  for (const target of targets) await load(target, 32, { amount: Number(values.warm) });
  for (const connections of [1, 32]) {
    const measured = new Map(targets.map((target) => [target, { perSecond: [], cpu: [], timesMs: [] } as Measured]));
    for (const target of targets) await load(target, connections, { duration: 1 });
    for (let round = 0; round < rounds; round++)
      for (const target of targets) await load(target, connections, { duration: seconds }, measured.get(target));
    const base = measured.get(targets.find(({ name }) => name === 'bare')!)!;
    console.log(
      `\n${connections} connection${connections > 1 ? 's' : ''}`.padEnd(27),
      '   req/s   of bare     p50 ms   of bare     p99 ms     CPU us',
    );
    for (const [{ name }, { perSecond, timesMs, cpu }] of measured) {
      const p99 = timesMs.sort((a, b) => a - b)[Math.floor(timesMs.length * 0.99)]!;
      const cells = [
        median(perSecond).toFixed(0).padStart(8),
        (median(perSecond) / median(base.perSecond)).toFixed(2).padStart(9),
        median(timesMs).toFixed(3).padStart(10),
        (median(timesMs) / median(base.timesMs)).toFixed(2).padStart(9),
        p99.toFixed(3).padStart(10),
        cpu.length === 0 ? '' : median(cpu).toFixed(0).padStart(10),
      ];
      console.log(name.padEnd(26), ...cells);
    }
  }
}

/** Milliseconds from the request to the first byte of the first event, on a socket that is open already. */
function firstByte(port: number, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      const start = performance.now();
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (!text.startsWith('HTTP/1.1 200')) reject(new Error(text));
        if (!text.includes('data: ')) return;
        resolve(performance.now() - start);
        socket.destroy();
      });
      socket.write(request);
    });
    socket.on('error', reject);
  });
}

function requestText(method: 'GET' | 'POST', path: string, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries({ host: '127.0.0.1', accept: 'text/event-stream', ...headers }).map(
    ([k, v]) => `${k}: ${v}`,
  );
  const body = method === 'POST' ? BODY : '';
  if (body !== '') lines.push('content-type: application/json', `content-length: ${body.length}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`;
}

async function firstBytes(direct: number, gate: number, token: Readonly<Record<string, string>>): Promise<void> {
  const times: [number[], number[]] = [[], []];
  for (let i = 0; i < 300; i++) {
    times[0].push(await firstByte(direct, requestText('POST', '/events', {})));
    times[1].push(await firstByte(gate, requestText('POST', '/events', token)));
  }
  const [before, after] = times.map((list) => median(list.slice(50))) as [number, number];
  console.log(
    `\nfirst byte of a stream: direct ${before.toFixed(2)} ms, gate ${after.toFixed(2)} ms, ${(after - before).toFixed(2)} ms later`,
  );
}

async function idleStreams(
  count: number,
  gate: { child: ChildProcess; port: number },
  token: Readonly<Record<string, string>>,
): Promise<void> {
  const before = await usageOf(gate.child, 'memory');
  const sockets: Socket[] = [];
  const open = async (): Promise<void> => {
    const socket = connect(gate.port, '127.0.0.1');
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject).on('data', (chunk: Buffer) => {
        if (chunk.includes('HTTP/1.1 4')) reject(new Error(chunk.toString()));
        if (chunk.includes('data: ')) resolve();
      });
      socket.write(requestText('GET', '/full', token));
    });
  };
  for (let at = 0; at < count; at += 50) await Promise.all(Array.from({ length: Math.min(50, count - at) }, open));
  const after = await usageOf(gate.child, 'memory');
  const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
  console.log(
    `${count} idle streams: ${mib(after.rss)} MiB resident (${mib(before.rss)} before), ${((after.rss - before.rss) / count / 1024).toFixed(1)} KiB each`,
  );
  for (const socket of sockets) socket.destroy();
}

async function soak(target: Target, gate: ChildProcess, duration: number): Promise<void> {
  const marks: string[] = [];
  const parts = 5;
  for (let i = 0; i <= parts; i++) {
    if (i > 0) await load(target, 32, { duration: duration / parts });
    const { heapUsed, rss } = await usageOf(gate, 'memory');
    marks.push(`${(heapUsed / 1024 / 1024).toFixed(1)}/${(rss / 1024 / 1024).toFixed(0)}`);
  }
  console.log(`memory over ${duration} s of load, heap/resident MiB: ${marks.join(' ')}`);
}

const upstream = await start('upstream.ts');
const upstreamUrl = `http://127.0.0.1:${upstream.port}`;
const { issuer, token, close } = await startIssuer();
const bare = await start('bare.ts', upstreamUrl);
const gate = await start('gate.ts', writeConfig('gate', issuer, upstreamUrl));
// With an embedded store, unless REGATE_BENCH_STORE is the URL of a PostgreSQL.
const store = process.env.REGATE_BENCH_STORE;
const storing = store === undefined ? '{directory: store}' : '{kind: postgres, url: {env: REGATE_BENCH_STORE}}';
const recording = await start(
  'gate.ts',
  writeConfig('recording', issuer, upstreamUrl, `store: ${storing}\nrecording: {directory: records}`),
);
const authorization = { authorization: `Bearer ${token}` };
const gateUrl = `http://127.0.0.1:${gate.port}`;
const full = { name: 'gate: full path', url: `${gateUrl}/full`, headers: authorization, child: gate.child };
const targets: readonly Target[] = [
  { name: 'direct', url: `${upstreamUrl}/mcp`, headers: {} },
  { name: 'bare', url: `http://127.0.0.1:${bare.port}/mcp`, headers: {}, child: bare.child },
  full,
  {
    name: 'gate: full and recorded',
    url: `http://127.0.0.1:${recording.port}/full`,
    headers: authorization,
    child: recording.child,
  },
  { name: 'gate: pass-through', url: `${gateUrl}/pass`, headers: authorization, child: gate.child },
];
const parts: Readonly<Record<string, () => Promise<void>>> = {
  throughput: () => throughput(targets),
  streams: () => firstBytes(upstream.port, gate.port, authorization),
  soak: () => soak(full, gate.child, Number(values.soak)),
  idle: () => idleStreams(Number(values.streams), gate, authorization),
};
for (const part of values.parts.split(',')) {
  if (parts[part] === undefined) throw new Error(`there is no part ${part}`);
  await parts[part]();
}
for (const child of children) child.disconnect();
close();
