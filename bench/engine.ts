// `npm run bench:engine`: the compiler and its modules against OPA's, measured in one run.
import { gzipSync } from 'node:zlib';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as sdk from '@open-policy-agent/opa-wasm';
import { compile } from '../engine/compile.ts';
import { loadSync } from '../engine/host/load.ts';
import { machine } from './machine.ts';
import { benchWithOpa, buildWithOpa, inFolder, referenceOpa } from './opa.ts';
import { compiled, growing, manyRules, type Workload, workloads } from './policies.ts';

/** The SDK exports its synchronous loader in its default export only; its declarations say otherwise. */
const { loadPolicySync } = (sdk as unknown as { default: Pick<typeof sdk, 'loadPolicySync'> }).default;

const opa = referenceOpa();
console.log(machine());
if (opa === undefined) console.log('no reference OPA (set OPA to its path): its columns are empty');

interface Timing {
  readonly p50: number;
  readonly p99: number;
}

/** Median and 99th percentile in microseconds. Calls alternate between the candidates, so that both see the same machine. */
function measure(calls: readonly (() => unknown)[], rounds: number): Timing[] {
  const times = calls.map(() => new Float64Array(rounds));
  for (let warm = 0; warm < 2000; warm++) for (const call of calls) call();
  for (let round = 0; round < rounds; round++)
    calls.forEach((call, i) => {
      const start = performance.now();
      call();
      times[i]![round] = (performance.now() - start) * 1000;
    });
  return times.map((list) => {
    list.sort();
    return { p50: list[Math.floor(rounds / 2)]!, p99: list[Math.floor(rounds * 0.99)]! };
  });
}

function compileOurs(work: Workload): Uint8Array {
  const { wasm, diagnostics } = compile([{ file: 'policy.rego', text: work.policy }], {
    entrypoints: [work.entrypoint],
  });
  if (wasm === undefined) throw new Error(diagnostics[0]?.message);
  return wasm;
}

function row(cells: readonly (string | number)[]): string {
  return cells.map((cell, i) => (i === 0 ? String(cell).padEnd(24) : String(cell).padStart(12))).join(' ');
}

const us = (value: number): string => value.toFixed(2);
const kb = (bytes: number): string => `${(bytes / 1024).toFixed(1)}`;

console.log(
  'Microseconds per call, this process, alternating: ours by Policy.evaluate (bytes: evaluateJson), OPA-WASM by the SDK',
);
console.log(row(['policy', 'ours p50', 'OPA-WASM p50', 'ratio', 'ours p99', 'OPA-WASM p99', 'bytes p50', 'opa bench']));
for (const work of workloads) {
  const ours = loadSync(compileOurs(work));
  ours.setData(work.data);
  const bytes = new TextEncoder().encode(JSON.stringify(work.input));
  const calls: (() => unknown)[] = [
    () => ours.evaluate(work.entrypoint, work.input),
    () => ours.evaluateJson(work.entrypoint, bytes),
  ];
  if (opa !== undefined) {
    const theirs = loadPolicySync(buildWithOpa(opa, work.policy, work.entrypoint).wasm, { initial: 128 });
    theirs.setData(work.data as object);
    calls.push(() => theirs.evaluate(work.input, work.entrypoint));
    const [a, b] = [ours.evaluate(work.entrypoint, work.input), theirs.evaluate(work.input, work.entrypoint)];
    if (JSON.stringify([{ result: a }]) !== JSON.stringify(b))
      throw new Error(`${work.name}: ${JSON.stringify(a)} is not ${JSON.stringify(b)}`);
  }
  const rounds = work.name.includes('100 KB') || work.name.includes('10,000') ? 1000 : 20000;
  const [value, json, reference] = measure(calls, rounds);
  const go =
    opa === undefined
      ? Number.NaN
      : benchWithOpa(opa, work.policy, `data.${work.entrypoint.replace('/', '.')}`, work.data, work.input) / 1000;
  console.log(
    row([
      work.name,
      us(value!.p50),
      reference === undefined ? '' : us(reference.p50),
      reference === undefined ? '' : (value!.p50 / reference.p50).toFixed(3),
      us(value!.p99),
      reference === undefined ? '' : us(reference.p99),
      us(json!.p50),
      us(go),
    ]),
  );
}
// Measured apart from OPA's modules, whose megabytes would push ours out of the caches between calls.
console.log('\nGrowth of a call (JSON bytes) from 10 to 10,000 of a kind, microseconds');
for (const { name, small, large } of growing) {
  const [few, many] = measure(
    [small, large].map((work) => {
      const policy = loadSync(compileOurs(work));
      const bytes = new TextEncoder().encode(JSON.stringify(work.input));
      return () => policy.evaluateJson(work.entrypoint, bytes);
    }),
    50000,
  );
  console.log(row([name, us(few!.p50), us(many!.p50), `${(many!.p50 / few!.p50).toFixed(2)}x`]));
}

console.log('\nModule sizes, KB (raw, gzipped), and compile times, ms');
console.log(row(['policy', 'ours', 'ours gz', 'OPA', 'OPA gz']));
for (const work of workloads) {
  const ours = compileOurs(work);
  const theirs = opa === undefined ? undefined : buildWithOpa(opa, work.policy, work.entrypoint).wasm;
  const cells = [kb(ours.length), kb(gzipSync(ours).length)];
  if (theirs !== undefined) cells.push(kb(theirs.length), kb(gzipSync(theirs).length));
  console.log(row([work.name, ...cells]));
}

const many = manyRules(2000);
/** Milliseconds of a compilation, the best and the median of `rounds`, and the mean of the main thread's processor time. */
function compileTimes(policy: string, entrypoints: readonly string[], rounds: number): number[] {
  const times: number[] = [];
  const before = process.threadCpuUsage();
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    compile([{ file: 'policy.rego', text: policy }], { entrypoints });
    times.push(performance.now() - start);
  }
  const { user, system } = process.threadCpuUsage(before);
  times.sort((a, b) => a - b);
  return [times[0]!, times[Math.floor(rounds / 2)]!, (user + system) / 1000 / rounds];
}

console.log('\n2,000 rules compiled warm, ms');
console.log(row(['', 'best', 'median', 'processor']));
for (const { name, policy, entrypoints } of compiled) {
  compileTimes(policy, entrypoints, 20);
  console.log(row([name, ...compileTimes(policy, entrypoints, 40).map((ms) => ms.toFixed(1))]));
}
/** Whole processes of both, as installed: best of five. */
for (const [name, policy, entrypoint] of [
  ['hello world', workloads[0]!.policy, workloads[0]!.entrypoint],
  ['2,000 rules, one entry point', many, 'many/d3'],
] as const) {
  const best = (run: () => number): string => Math.min(...Array.from({ length: 5 }, run)).toFixed(0);
  const ours = best(() => buildWithRegate(policy, entrypoint));
  const theirs = opa === undefined ? '' : `, opa build ${best(() => buildWithOpa(opa, policy, entrypoint).ms)} ms`;
  console.log(`${name}, cold, whole process: regate build ${ours} ms${theirs}`);
}

/** `regate build -t wasm`: the milliseconds of the whole process. */
function buildWithRegate(policy: string, entrypoint: string): number {
  const cli = join(import.meta.dirname, '..', 'cli', 'regate.mjs');
  return inFolder({ 'policy.rego': policy }, (cwd) => {
    const start = performance.now();
    const args = [cli, 'build', '-t', 'wasm', '-e', entrypoint, '-o', 'bundle.tar.gz', 'policy.rego'];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return performance.now() - start;
  });
}

const hello = loadSync(compileOurs(workloads[0]!));
hello.evaluate(workloads[0]!.entrypoint, workloads[0]!.input);
const before = hello.memoryBytes;
for (let i = 0; i < 1_000_000; i++) hello.evaluate(workloads[0]!.entrypoint, workloads[0]!.input);
console.log(`module memory: ${before / 1024} KB after one call, ${hello.memoryBytes / 1024} KB after a million`);
