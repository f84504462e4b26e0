// MCP's conformance suites against a server directly and through the gate with a full policy: the same checks, with the same results. `--short` runs the
// part that continuous integration has time for; names after the options choose scenarios.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startWorld, type World } from '../harness.ts';
import { startConformanceServer } from './server.ts';

const run = promisify(execFile);

interface Suite {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const OLD = 'node_modules/@modelcontextprotocol/conformance/dist/index.js';
const NEW = 'node_modules/mcp-conformance-next/dist/index.js';
const SUITES: readonly Suite[] = [
  { name: '0.1.16, 2025-11-25', program: OLD, args: ['--suite', 'all', '--spec-version', '2025-11-25'] },
  { name: '0.2.0-alpha.12, 2025-11-25', program: NEW, args: ['--requirements', '2025-11-25'] },
  { name: '0.2.0-alpha.12, 2026-07-28', program: NEW, args: ['--requirements', '2026-07-28'] },
];
/** What a run may leave out for time: the first suite's scenarios are all in the second's. */
const SHORT = SUITES.slice(1);

/** Everything a group may use is said by name; nothing else passes. */
const POLICY = `package gateway

default decision := {"action": "deny", "reason": "no rule allows this"}

decision := {"action": "allow"} if {
	"staff" in input.identity.groups
	allowed
}

allowed if input.mcp.kind != "request"

allowed if {
	input.mcp.kind == "request"
	not input.mcp.tool in data.gateway.forbidden
}
`;

/** Check ids with their results, sorted: a check may come more than once. */
type Results = readonly string[];

async function runSuite({ program, args }: Suite, url: string, scenario: string | undefined): Promise<Results> {
  const output = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const chosen = scenario === undefined ? args : ['--scenario', scenario, ...versionOf(args)];
    // It exits with 1 when a check fails; which ones is in its files.
    await run(process.execPath, [program, 'server', '--url', url, ...chosen, '-o', output], {
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: { stdout?: string; message: string }) => {
      if (error.stdout === undefined || error.stdout === '') throw new Error(error.message);
    });
    return readdirSync(output, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('checks.json'))
      .flatMap((file) => {
        // A folder is named by the scenario and the time.
        const scenarioName = file.replace(/^server-(.*)-\d{4}-\d\d-\d\dT.*$/, '$1');
        const checks = JSON.parse(readFileSync(join(output, file), 'utf8')) as {
          id: string;
          status: string;
          errorMessage?: string;
        }[];
        if (process.env.VERBOSE !== undefined)
          for (const { id, status, errorMessage } of checks)
            if (status !== 'SUCCESS') console.log(`    ${scenarioName} ${id} ${status} ${errorMessage ?? ''}`);
        return checks.map(({ id, status }) => `${scenarioName} ${id} ${status}`);
      })
      .sort();
  } finally {
    rmSync(output, { recursive: true });
  }
}

/** The version that a suite runs at, for a scenario alone. */
function versionOf(args: readonly string[]): readonly string[] {
  return ['--spec-version', args.at(-1)!];
}

/** The suites cannot send a token: this adds one, and changes nothing else, the order of requests included. */
async function startShim(): Promise<{ readonly url: string; world?: World; token?: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const gate = new URL(shim.world!.url);
    const authorization = `Bearer ${shim.token}`;
    const onward = httpRequest(
      {
        host: gate.hostname,
        port: gate.port,
        path: request.url?.replace(/^\/mcp/, '/mcp/tools'),
        method: request.method,
        headers: { ...request.headers, authorization },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        response.flushHeaders();
        answer.on('error', () => response.destroy()).pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const shim: Awaited<ReturnType<typeof startShim>> = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return shim;
}

function count(results: Results): string {
  const passed = results.filter((each) => / (?:SUCCESS|INFO)$/.test(each)).length;
  return `${results.length} checks, ${passed} passed`;
}

/** What is in one list and not in the other, with repetitions. */
function without(some: Results, others: Results): Results {
  const rest = [...others];
  return some.filter((each) => {
    const at = rest.indexOf(each);
    if (at === -1) return true;
    rest.splice(at, 1);
    return false;
  });
}

const FORBIDDEN = 'forbidden: [test_never]\n';

const [scenario] = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const server = await startConformanceServer();
const shim = await startShim();
const { port } = new URL(shim.url);
const world = await startWorld({
  settings: `allowedOrigins: ["http://127.0.0.1:${port}", "http://localhost:${port}"]`,
  policy: { 'gateway.rego': POLICY, 'gateway/data.yaml': FORBIDDEN },
  upstream: server.url,
});
shim.world = world;
shim.token = await world.token({}, { expires: 3_600 });
let differences = 0;
for (const suite of process.argv.includes('--short') ? SHORT : SUITES) {
  const started = performance.now();
  const direct = await runSuite(suite, server.url, scenario);
  const through = await runSuite(suite, shim.url, scenario);
  let [missing, added] = [without(direct, through), without(through, direct)];
  // The suites have races of their own, directly too: what differs has to differ again, alone.
  for (const name of new Set([...missing, ...added].map((each) => each.split(' ')[0]!))) {
    console.log(`  ${name} differs, and is run again`);
    const [again, againThrough] = [await runSuite(suite, server.url, name), await runSuite(suite, shim.url, name)];
    const isOf = (each: string): boolean => each.startsWith(`${name} `);
    missing = [...missing.filter((each) => !isOf(each)), ...without(again, againThrough)];
    added = [...added.filter((each) => !isOf(each)), ...without(againThrough, again)];
  }
  differences += missing.length + added.length;
  console.log(
    `${suite.name}: direct ${count(direct)}; through the gate ${count(through)}; ${Math.round((performance.now() - started) / 1000)} s`,
  );
  for (const each of missing) console.log(`  only direct: ${each}`);
  for (const each of added) console.log(`  only through the gate: ${each}`);
  if (direct.length === 0) differences++;
}
await shim.close();
await world.close();
rmSync(world.directory, { recursive: true });
await server.close();
console.log(differences === 0 ? 'The same checks with the same results.' : `${differences} differences.`);
process.exitCode = differences === 0 ? 0 : 1;
