// What we and the reference OPA answer to one evaluation, in a form that can be compared.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { compareValues } from '../../engine/value/compare.ts';
import { getElement } from '../../engine/value/construct.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import type { Value } from '../../engine/value/value.ts';
import { generate } from '../../engine/wasm/generate.ts';
import type { DifferentialCase } from './case-file.ts';

/** The bindings of each result as JSON, sorted (none: undefined), and the lines of `print` when there are any; or the errors as `code: message`. */
export type Answer =
  | { readonly results: readonly string[]; readonly printed?: readonly string[] }
  | { readonly errors: readonly string[] };

/** Our answer. */
export function ourAnswer(one: DifferentialCase, strict: boolean): Answer {
  const [plain, withErrors] = ourAnswers(one);
  return strict ? withErrors() : plain();
}

/** Our answers, without and with strict errors of built-ins; compiled once. */
export function ourAnswers(one: DifferentialCase): readonly [plain: () => Answer, strict: () => Answer] {
  const { wasm, plan, diagnostics } = compile(
    one.modules.map((text, i) => ({ file: `${i}.rego`, text })),
    {
      queries: [{ name: 'query', text: one.query }],
      version: one.version,
      data: parseJson(one.data),
    },
  );
  if (wasm === undefined) {
    const faults = diagnostics.filter(({ severity }) => severity === 'error');
    const answer = { errors: faults.map(({ code, message }) => `${code}: ${message}`) };
    return [() => answer, () => answer];
  }
  return [() => evaluate(wasm, one), () => evaluate(generate(plan!, { strictBuiltinErrors: true }), one)];
}

function evaluate(wasm: Uint8Array, one: DifferentialCase): Answer {
  try {
    const printed: string[] = [];
    const policy = loadSync(wasm, { print: (line) => printed.push(line) });
    policy.setData(new TextEncoder().encode(one.data));
    const input = one.input === undefined ? undefined : new TextEncoder().encode(one.input);
    const results = texts(parseJson(policy.evaluateText('query', input)) as readonly Value[]);
    return { results, ...(printed.length > 0 && { printed }) };
  } catch (error) {
    if (error instanceof EvaluationError)
      return { errors: [`${error.code}: ${error.message.replace(/^.*?: [a-z_]+: /, '')}`] };
    return { errors: [`crash: ${error instanceof Error ? error.stack : String(error)}`] };
  }
}

function texts(results: readonly Value[]): string[] {
  return [...results].sort(compareValues).map((result) => dumpJson(result));
}

/** The reference's answer. `folder` is written to; each evaluation at a time needs one of its own. */
export async function referenceAnswer(
  opa: string,
  folder: string,
  one: DifferentialCase,
  strict: boolean,
): Promise<Answer> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const args = ['eval', '--format', 'json', '-d', 'data.json'];
  writeFileSync(join(folder, 'data.json'), one.data);
  for (const [i, text] of one.modules.entries()) {
    writeFileSync(join(folder, `${i}.rego`), text);
    args.push('-d', `${i}.rego`);
  }
  if (one.input !== undefined) {
    writeFileSync(join(folder, 'input.json'), one.input);
    args.push('-i', 'input.json');
  }
  if (strict) args.push('--strict-builtin-errors');
  if (one.version === 'v0') args.push('--v0-compatible');
  let out: string;
  let printed: readonly string[] = [];
  try {
    const env = { TZ: 'UTC', PATH: '/usr/bin:/bin' };
    // Some calls (a range up to a huge number) would take all the memory of the machine.
    const limited = ['-c', 'ulimit -v 4000000; exec "$0" "$@"', opa, ...args, one.query];
    const run = { cwd: folder, env, maxBuffer: 1 << 28, timeout: 20_000 };
    const done = await promisify(execFile)('/bin/sh', limited, run);
    out = done.stdout;
    printed = done.stderr.split('\n').slice(0, -1);
  } catch (error) {
    out = (error as { stdout?: string }).stdout ?? '';
  }
  return readReply(out, printed);
}

function readReply(out: string, printed: readonly string[]): Answer {
  if (out === '') return { errors: ['no reply'] };
  const root = parseJson(out);
  const errors = getElement(root, 'errors');
  if (errors !== undefined)
    return {
      errors: (errors as readonly Value[]).map(
        (error) => `${String(getElement(error, 'code'))}: ${String(getElement(error, 'message'))}`,
      ),
    };
  const results = (getElement(root, 'result') ?? []) as readonly Value[];
  const bindings = texts(results.map((result) => getElement(result, 'bindings') ?? parseJson('{}')));
  return { results: bindings, ...(printed.length > 0 && { printed }) };
}

/** An answer on one line. */
export function answerText(answer: Answer): string {
  if ('errors' in answer) return `errors ${answer.errors.join(' | ')}`;
  const text = answer.results.length === 0 ? 'undefined' : answer.results.join(' ');
  return answer.printed === undefined ? text : `${text} printing ${answer.printed.join(' ⏎ ')}`;
}
