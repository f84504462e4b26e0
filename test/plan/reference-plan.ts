// `node test/plan/reference-plan.ts [--count N] [--seed S] [--verbose]`: random modules through OPA's IR, twice: OPA's own plan, which
// proves the interpreter, and ours, both against `opa eval`. Exits 1 on a difference. Needs the reference binary.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { buildWithOpa, referenceOpa } from '../../bench/opa.ts';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { getElement } from '../../engine/value/construct.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import { type Generated, generate } from '../differential/generate.ts';
import { checkPlan } from './check-opa-ir.ts';
import { lowered } from './lowered.ts';
import type { OpaPolicy } from './opa-ir.ts';
import { type Answer, answerOf } from './plan-host.ts';

const execute = promisify(execFile);
const ENTRYPOINTS = ['test/main0', 'test/main1', 'test/main2'];

/** What `opa eval` answers for each entry point, or undefined where the module does not compile. */
async function evaluated(opa: string, folder: string, strict: boolean): Promise<Answer[] | undefined> {
  const names = ENTRYPOINTS.map((name) => `data.${name.replaceAll('/', '.')}`);
  const answers: Answer[] = [];
  for (const name of names) {
    const args = ['eval', '--format', 'json', '-d', 'policy.rego', '-d', 'data.json', '-i', 'input.json', name];
    if (strict) args.push('--strict-builtin-errors');
    const out = await execute(opa, args, { cwd: folder, maxBuffer: 1 << 26 }).then(
      ({ stdout }) => stdout,
      (error: unknown) => (error as { stdout?: string }).stdout ?? '',
    );
    const root = parseJson(out);
    const code = ['errors', 0, 'code'].reduce<ReturnType<typeof getElement>>(
      (at, key) => (at === undefined ? undefined : getElement(at, key)),
      root,
    );
    if (typeof code === 'string' && code.startsWith('rego_')) return undefined;
    const value = ['result', 0, 'expressions', 0, 'value'].reduce<ReturnType<typeof getElement>>(
      (at, key) => (at === undefined ? undefined : getElement(at, key)),
      root,
    );
    answers.push(code !== undefined ? `! ${String(code)}` : value === undefined ? 'undefined' : `= ${dumpJson(value)}`);
  }
  return answers;
}

async function built(opa: string, folder: string): Promise<OpaPolicy> {
  const entrypoints = ENTRYPOINTS.flatMap((name) => ['-e', name]);
  await execute(opa, ['build', '-t', 'plan', ...entrypoints, '-o', 'b.tgz', 'policy.rego'], { cwd: folder });
  await execute('tar', ['xzf', 'b.tgz', '/plan.json'], { cwd: folder });
  return JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8')) as OpaPolicy;
}

function inOpaWasm(opa: string, one: Generated, entrypoint: string): Answer {
  const policy = loadSync(new Uint8Array(buildWithOpa(opa, one.module, entrypoint).wasm));
  policy.setData(one.data);
  try {
    const text = policy.evaluateText(entrypoint, new TextEncoder().encode(JSON.stringify(one.input)));
    const result = getElement(getElement(parseJson(text), 0) ?? null, 'result');
    return result === undefined ? 'undefined' : `= ${dumpJson(result)}`;
  } catch (error) {
    return error instanceof EvaluationError ? `! ${error.code}` : `crash: ${String(error)}`;
  }
}

function attempt(run: () => Answer): Answer {
  try {
    return run();
  } catch (error) {
    return `crash: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
  },
});
const opa = referenceOpa();
if (opa === undefined) {
  console.log('no reference OPA: skipped (set OPA to the path of its binary)');
  process.exit(0);
}
const first = Number(values.seed);
const hand = join(import.meta.dirname, 'ir-cases');
const cases: { name: string; one: Generated }[] = [
  ...readdirSync(hand).map((name) => ({
    name,
    one: {
      module: readFileSync(join(hand, name), 'utf8'),
      data: { d: { a: 1, list: [1, 2, 3] }, e: { b: { c: [3, 2] } }, test: { base: { x: 1 } } },
      input: { a: 1, b: { c: 'x' }, list: [3, 1, 2], k: 'r1' },
    },
  })),
  ...Array.from({ length: Number(values.count) }, (_, i) => ({ name: `seed ${first + i}`, one: generate(first + i) })),
];
const counts = { compared: 0, values: 0, errors: 0, rejected: 0, planner: 0, crashes: 0, interpreter: 0, lowering: 0 };
const queue = cases.entries();
const workers = Array.from({ length: 2 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regate-plan-'));
  for (const [index, { name, one }] of queue) {
    const strict = index % 3 === 0;
    writeFileSync(join(folder, 'policy.rego'), one.module);
    writeFileSync(join(folder, 'data.json'), JSON.stringify(one.data));
    writeFileSync(join(folder, 'input.json'), JSON.stringify(one.input));
    const wanted = await evaluated(opa, folder, strict);
    const compiled = compile([{ file: 'policy.rego', text: one.module }], { entrypoints: ENTRYPOINTS });
    if (wanted === undefined || compiled.plan === undefined) {
      counts.rejected++;
      if ((wanted === undefined) !== (compiled.plan === undefined))
        console.log(`${name}: only one compiler rejects it: ${JSON.stringify(compiled.diagnostics)}`);
      continue;
    }
    const theirs = await built(opa, folder);
    const ours = lowered(compiled.plan);
    for (const [plan, whose] of [
      [theirs, 'OPA'],
      [ours, 'our'],
    ] as const) {
      const faults = checkPlan(plan);
      if (faults.length > 0) console.log(`${name}: ${whose} plan: ${faults.slice(0, 3).join('; ')}`);
      if (faults.length > 0 && whose === 'our') counts.lowering++;
    }
    ENTRYPOINTS.forEach((entrypoint, i) => {
      const want = wanted[i]!;
      counts.compared++;
      if (want.startsWith('=')) counts.values++;
      if (want.startsWith('!')) counts.errors++;
      const theirAnswer = attempt(() => answerOf(theirs, entrypoint, one, { strict, portable: false }));
      const ourAnswer = attempt(() => answerOf(ours, entrypoint, one, { strict, portable: true }));
      // OPA's planner is wrong at times: its WebAssembly, made from the same plan, then is too.
      if (theirAnswer !== want) {
        const plain = attempt(() => answerOf(theirs, entrypoint, one, { strict: false, portable: false }));
        const wasm = inOpaWasm(opa, one, entrypoint);
        if (plain === wasm) counts.planner++;
        else if (wasm.startsWith('! eval_internal_error')) counts.crashes++;
        else {
          counts.interpreter++;
          console.log(`${name} ${entrypoint}: OPA's plan ${plain}\n  OPA's WebAssembly ${wasm}\n  opa eval ${want}`);
        }
      }
      // Which of several errors is met first is left open.
      if (ourAnswer !== want && !(ourAnswer.startsWith('!') && want.startsWith('!'))) {
        counts.lowering++;
        console.log(`${name} ${entrypoint}: our plan ${ourAnswer}\n  opa eval ${want}`);
        if (values.verbose)
          console.log(`${one.module}\ninput ${JSON.stringify(one.input)}\ndata ${JSON.stringify(one.data)}`);
      }
    });
  }
  rmSync(folder, { recursive: true });
});
await Promise.all(workers);
console.log(
  `${cases.length} modules (${counts.rejected} rejected), ${counts.compared} answers: ${counts.values} values, ${counts.errors} errors; ` +
    `OPA's plans differ in ${counts.planner} as its WebAssembly does, in ${counts.crashes} where that crashes, and in ${counts.interpreter} others; ours in ${counts.lowering}`,
);
process.exitCode = counts.lowering + counts.interpreter === 0 ? 0 : 1;
