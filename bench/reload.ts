// How fast a change is in force, and how long the calling thread pauses meanwhile. `npm run bench:reload [-- --edits N --swaps N]`.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeArchive } from '../bundles/archive.ts';
import { openPolicySource, type PolicySource } from '../bundles/policy-source.ts';

const { values } = parseArgs({
  options: { edits: { type: 'string', default: '100' }, swaps: { type: 'string', default: '10' } },
});
const folder = mkdtempSync(join(tmpdir(), 'regate-bench-'));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const EVALUATION = { entrypoints: ['acl/allow', 'acl/version'] };

/** Rules of one file; each is a case of its own. */
function rules(from: number, count: number): string {
  const list = Array.from(
    { length: count },
    (_, i) =>
      `allow if {\n\tinput.user == "user${from + i}"\n\tinput.path == "/files/${from + i}"\n\tinput.method in {"GET", "HEAD"}\n}\n`,
  );
  return `package acl\n\n${list.join('\n')}`;
}

const version = (value: number): string => `package acl\n\nversion := ${value}\n\ndefault allow := false\n`;

function inForce(source: PolicySource): number {
  const result = source.current?.evaluateJson('acl/version', encode('{}'));
  return result === undefined ? -1 : Number(new TextDecoder().decode(result));
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** The longest turn of the event loop until `isDone`, in milliseconds: by the clock, and by what the thread itself has worked. */
async function longestTurn(isDone: () => boolean): Promise<{ readonly wall: number; readonly cpu: number }> {
  let [wall, cpu] = [0, 0];
  let [lastWall, lastCpu] = [performance.now(), cpuMs()];
  while (!isDone()) {
    await turn();
    const [nowWall, nowCpu] = [performance.now(), cpuMs()];
    wall = Math.max(wall, nowWall - lastWall);
    cpu = Math.max(cpu, nowCpu - lastCpu);
    [lastWall, lastCpu] = [nowWall, nowCpu];
  }
  return { wall, cpu };
}

/** Processor time of this thread. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function quantile(sorted: readonly number[], q: number): string {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!.toFixed(1);
}

function summary(name: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  console.log(
    `${name}: p50 ${quantile(sorted, 0.5)}  p95 ${quantile(sorted, 0.95)}  max ${quantile(sorted, 1)} ms (${times.length} times)`,
  );
}

async function edits(count: number): Promise<void> {
  for (let i = 0; i < 10; i++) writeFileSync(join(folder, `rules${i}.rego`), rules(10 * i, 10));
  writeFileSync(join(folder, 'version.rego'), version(0));
  const source = openPolicySource(
    { bundles: [{ name: 'acl', source: { kind: 'directory', directory: folder } }], evaluation: EVALUATION },
    { report: (line) => line.includes('(compiled)') || console.log(line) },
  );
  await source.ready;
  const times: number[] = [];
  let cpu = 0;
  for (let i = 1; i <= count; i++) {
    // Not always at the same moment after the last one.
    await new Promise((resolve) => setTimeout(resolve, 100 + ((i * 37) % 100)));
    const started = performance.now();
    const before = process.cpuUsage();
    writeFileSync(join(folder, 'version.rego'), version(i));
    while (inForce(source) !== i) await new Promise((resolve) => setTimeout(resolve, 1));
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(before);
    cpu += (user + system) / 1000;
  }
  await source.close();
  summary('edit of one file of a 100-rule directory, until it is in force', times);
  console.log(`work of all threads for it: ${(cpu / count).toFixed(1)} ms`);
}

async function swaps(count: number): Promise<void> {
  const file = join(folder, 'bundle.tar.gz');
  const put = (value: number): void => {
    const files = Array.from({ length: 100 }, (_, i) => ({
      name: `/rules${i}.rego`,
      content: encode(rules(100 * i, 100)),
    }));
    const more = [{ name: '/version.rego', content: encode(version(value)) }];
    writeFileSync(`${file}.new`, writeArchive([...files, ...more]));
    renameSync(`${file}.new`, file);
  };
  put(0);
  const source = openPolicySource(
    { bundles: [{ name: 'acl', source: { kind: 'file', file } }], evaluation: EVALUATION },
    { report: (line) => line.includes('(compiled)') || console.log(line) },
  );
  await source.ready;
  const input = encode('{"user": "user9999", "path": "/files/9999", "method": "GET"}');
  const end = performance.now() + 2000;
  const quiet = await longestTurn(() => performance.now() > end);
  const [walls, cpus, times, firsts]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let i = 1; i <= count; i++) {
    put(i);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const started = performance.now();
    const before = source.current;
    const { wall, cpu } = await longestTurn(() => source.current !== before);
    walls.push(wall);
    cpus.push(cpu);
    times.push(performance.now() - started);
    const asked = performance.now();
    source.current!.evaluateJson('acl/allow', input);
    firsts.push(performance.now() - asked);
    if (inForce(source) !== i) throw new Error('another policy is in force');
  }
  await source.close();
  console.log(`longest turn in 2 s without a swap: ${quiet.wall.toFixed(1)} ms, ${quiet.cpu.toFixed(1)} ms of work`);
  summary('swap of a 10,000-rule bundle, longest turn of the calling thread', walls);
  summary('the same, work of the thread alone', cpus);
  summary('first decision after it', firsts);
  summary('from the file to the swap', times);
}

try {
  await edits(Number(values.edits));
  await swaps(Number(values.swaps));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
