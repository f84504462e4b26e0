// `npm run bench:engine`: the compiler and its modules against OPA's, measured in one run.
import { gzipSync } from 'node:zlib';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import * as sdk from '@open-policy-agent/opa-wasm';
import { compile } from '../engine/compile.ts';
import { loadSync } from '../engine/host/load.ts';
import { benchWithOpa, buildWithOpa, referenceOpa } from './opa.ts';
import { manyRules, type Workload, workloads } from './policies.ts';

/** The SDK exports its synchronous loader in its default export only; its declarations say otherwise. */
const { loadPolicySync } = (sdk as unknown as { default: Pick<typeof sdk, 'loadPolicySync'> }).default;

const opa = referenceOpa();
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
const sizes = [workloads[2]!, workloads[5]!];
const alone = measure(
  sizes.map((work) => {
    const policy = loadSync(compileOurs(work));
    const bytes = new TextEncoder().encode(JSON.stringify(work.input));
    return () => policy.evaluateJson(work.entrypoint, bytes);
  }),
  50000,
);
console.log(`growth from 10 to 10,000 indexed rules: ${(alone[1]!.p50 / alone[0]!.p50).toFixed(2)}x`);

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
const entrypoints = Array.from({ length: 500 }, (_, i) => [`many/d${i * 4 + 3}`, `many/s${i * 4 + 1}`]).flat();
const warm: number[] = [];
for (let i = 0; i < 30; i++) {
  const start = performance.now();
  compile([{ file: 'many.rego', text: many }], { entrypoints });
  warm.push(performance.now() - start);
}
warm.sort((a, b) => a - b);
console.log(`\n2,000 rules, warm: ${warm[15]!.toFixed(1)} ms`);
const cold = join(import.meta.dirname, 'cold-compile.ts');
const start = performance.now();
spawnSync(process.execPath, ['--disable-warning=ExperimentalWarning', cold], { stdio: 'inherit' });
console.log(`hello world, whole cold process: ${(performance.now() - start).toFixed(0)} ms`);
if (opa !== undefined) {
  console.log(
    `hello world, opa build -t wasm: ${buildWithOpa(opa, workloads[0]!.policy, workloads[0]!.entrypoint).ms.toFixed(0)} ms`,
  );
  console.log(
    `2,000 rules, opa build -t wasm (one entry point): ${buildWithOpa(opa, many, 'many/d3').ms.toFixed(0)} ms`,
  );
}

const hello = loadSync(compileOurs(workloads[0]!));
hello.evaluate(workloads[0]!.entrypoint, workloads[0]!.input);
const before = hello.memoryBytes;
for (let i = 0; i < 1_000_000; i++) hello.evaluate(workloads[0]!.entrypoint, workloads[0]!.input);
console.log(`module memory: ${before / 1024} KB after one call, ${hello.memoryBytes / 1024} KB after a million`);
