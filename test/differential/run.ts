// `npm run differential -- [--count N] [--seed S] [--verbose]`: random and hand-picked modules evaluated by ours and by the
// reference OPA; same answer, same error. Needs the reference binary (OPA, or .cache/opa). Exits 1 on a difference.
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { referenceOpa } from '../../bench/opa.ts';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { getElement } from '../../engine/value/construct.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import { type Generated, generate } from './generate.ts';

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
const execute = promisify(execFile);

/** An answer in a form that can be compared: the value's JSON, or the error's code and text without places. */
interface Answer {
  readonly kind: 'value' | 'undefined' | 'error';
  readonly text: string;
}

function ours(one: Generated, strict: boolean): Answer {
  const { wasm, diagnostics } = compile([{ file: 'policy.rego', text: one.module }], {
    entrypoints: ['test'],
    strictBuiltinErrors: strict,
  });
  if (wasm === undefined) {
    const first = diagnostics.find(({ severity }) => severity === 'error');
    return { kind: 'error', text: `${first?.code}: ${first?.message}` };
  }
  const policy = loadSync(wasm);
  policy.setData(one.data);
  try {
    const text = policy.evaluateText('test', new TextEncoder().encode(JSON.stringify(one.input)));
    const result = getElement(getElement(parseJson(text), 0) ?? null, 'result');
    return result === undefined ? { kind: 'undefined', text: '' } : { kind: 'value', text: dumpJson(result) };
  } catch (error) {
    if (error instanceof EvaluationError)
      return { kind: 'error', text: `${error.code}: ${error.message.replace(/^.*?: [a-z_]+: /, '')}` };
    return { kind: 'error', text: `crash: ${error instanceof Error ? error.stack : String(error)}` };
  }
}

async function theirs(folder: string, one: Generated, strict: boolean): Promise<Answer> {
  writeFileSync(join(folder, 'policy.rego'), one.module);
  writeFileSync(join(folder, 'data.json'), JSON.stringify(one.data));
  writeFileSync(join(folder, 'input.json'), JSON.stringify(one.input));
  const args = ['eval', '--format', 'json', '-d', 'policy.rego', '-d', 'data.json', '-i', 'input.json', 'data.test'];
  if (strict) args.push('--strict-builtin-errors');
  let out: string;
  try {
    out = (await execute(opa!, args, { cwd: folder, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    out = (error as { stdout?: string }).stdout ?? '';
  }
  const root = parseJson(out);
  const errors = getElement(root, 'errors');
  if (errors !== undefined) {
    const first = getElement(errors, 0) ?? null;
    const code = getElement(first, 'code');
    return { kind: 'error', text: `${String(code)}: ${String(getElement(first, 'message'))}` };
  }
  const value = ['result', 0, 'expressions', 0, 'value'].reduce(
    (at, key) => (at === undefined ? undefined : getElement(at, key)),
    root as ReturnType<typeof getElement>,
  );
  return value === undefined ? { kind: 'undefined', text: '' } : { kind: 'value', text: dumpJson(value) };
}

function handPicked(): { name: string; one: Generated }[] {
  const folder = join(import.meta.dirname, 'cases');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rego'))
    .map((name) => ({
      name,
      one: {
        module: readFileSync(join(folder, name), 'utf8'),
        data: { xs: [1, 2, 3], o: { a: { b: 1 } } },
        input: { x: 1, list: ['a', 'b'] },
      },
    }));
}

const first = Number(values.seed);
const cases = [
  ...handPicked(),
  ...Array.from({ length: Number(values.count) }, (_, i) => ({ name: `seed ${first + i}`, one: generate(first + i) })),
];
const counts = { value: 0, undefined: 0, error: 0 };
let different = 0;
const queue = cases.entries();
const workers = Array.from({ length: 2 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'regate-differential-'));
  for (const [index, { name, one }] of queue) {
    const strict = index % 3 === 0;
    const want = await theirs(folder, one, strict);
    const got = ours(one, strict);
    counts[want.kind]++;
    if (got.kind === want.kind && got.text === want.text) continue;
    different++;
    console.log(`${name}${strict ? ' (strict)' : ''}: ours ${got.kind} ${got.text}\n  OPA ${want.kind} ${want.text}`);
    if (values.verbose)
      console.log(`${one.module}\ninput ${JSON.stringify(one.input)}\ndata ${JSON.stringify(one.data)}`);
  }
  rmSync(folder, { recursive: true });
});
await Promise.all(workers);
console.log(
  `${cases.length} modules: ${counts.value} with a value, ${counts.error} with an error, ${counts.undefined} undefined; ${different} differ`,
);
process.exitCode = different === 0 ? 0 : 1;
