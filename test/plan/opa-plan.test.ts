// Our plans in OPA's IR: their shape, and the same answers through an interpreter of that IR as through our WebAssembly.
// `node test/plan/reference-plan.ts` compares both, and OPA's own plans, with the reference OPA.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync, type Policy } from '../../engine/host/load.ts';
import { getElement } from '../../engine/value/construct.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import { parseRego, printTerm } from '../../engine/value/rego-text.ts';
import { generate } from '../differential/generate.ts';
import { checkPlan } from './check-opa-ir.ts';
import { lowered } from './lowered.ts';
import { type OpaPolicy, runPlan } from './opa-ir.ts';
import { type Answer, answerOf } from './plan-host.ts';

const ENTRYPOINTS = ['test', 'test/main0', 'test/main1', 'test/main2'];

interface Documents {
  readonly input: unknown;
  readonly data: unknown;
}

function inWasm(policy: Policy, entrypoint: string, input: unknown): Answer {
  const bytes = input === undefined ? undefined : new TextEncoder().encode(JSON.stringify(input));
  try {
    const result = getElement(getElement(parseJson(policy.evaluateText(entrypoint, bytes)), 0) ?? null, 'result');
    return result === undefined ? 'undefined' : `= ${dumpJson(result)}`;
  } catch (error) {
    if (error instanceof EvaluationError) return `! ${error.code}`;
    throw error;
  }
}

/** Pairs of answers by entry point, or undefined where the module has errors. */
function answers(text: string, { input, data }: Documents, strict: boolean): [Answer, Answer][] | undefined {
  const { wasm, plan } = compile([{ file: 'policy.rego', text }], {
    entrypoints: ENTRYPOINTS,
    strictBuiltinErrors: strict,
  });
  if (wasm === undefined) return undefined;
  const policy = loadSync(wasm);
  policy.setData(data);
  const opa = lowered(plan!);
  expect(checkPlan(opa)).toEqual([]);
  return ENTRYPOINTS.map((entrypoint) => [
    answerOf(opa, entrypoint, { input, data }, { strict, portable: true }),
    inWasm(policy, entrypoint, input),
  ]);
}

test('random modules give the same answers', () => {
  const counts = { value: 0, undefined: 0, error: 0 };
  for (let seed = 1; seed <= 150; seed++) {
    const one = generate(seed);
    for (const [lower, wasm] of answers(one.module, one, seed % 3 === 0) ?? []) {
      expect({ seed, answer: lower }).toEqual({ seed, answer: wasm });
      counts[wasm.startsWith('=') ? 'value' : wasm.startsWith('!') ? 'error' : 'undefined']++;
    }
  }
  expect(Math.min(counts.value - 150, counts.undefined - 20, counts.error - 20)).toBeGreaterThan(0);
});

describe('modules made for what OPA\u2019s IR lacks', () => {
  const folder = join(import.meta.dirname, 'ir-cases');
  const data = { d: { a: 1, list: [1, 2, 3] }, e: { b: { c: [3, 2] } }, test: { base: { x: 1 } } };
  const inputs = [{ a: 1, b: { c: 'x' }, list: [3, 1, 2], k: 'r1' }, { a: 3, b: { c: 'x' }, list: [] }, undefined];
  for (const name of readdirSync(folder))
    for (const input of inputs)
      test(`${name} with input ${JSON.stringify(input) ?? 'undefined'}`, () => {
        const pairs = answers(readFileSync(join(folder, name), 'utf8'), { input, data }, false);
        expect(pairs).toHaveLength(ENTRYPOINTS.length);
        for (const [lower, wasm] of pairs!) expect(lower).toBe(wasm);
      });
});

function policyOf(text: string, options: Parameters<typeof compile>[1]): OpaPolicy {
  const { plan, diagnostics } = compile([{ file: 'policy.rego', text }], options);
  expect(diagnostics).toEqual([]);
  const opa = lowered(plan!);
  expect(checkPlan(opa)).toEqual([]);
  return opa;
}

const noBuiltin = (name: string): never => {
  throw new Error(`no ${name} here`);
};

test('a query gives its result set', () => {
  const opa = policyOf('package p\n\nxs := [1, 2, 2]', { queries: [{ name: 'q', text: 'data.p.xs[i] = x; i != 0' }] });
  const results = runPlan(opa, 'q', { input: undefined, data: parseRego('{}'), builtin: noBuiltin, portable: true });
  expect(results.map(printTerm)).toEqual(['{"i": 1, "x": 2}', '{"i": 2, "x": 2}']);
});

test('built-ins are declared as OPA declares them, places are those of the source', () => {
  const opa = policyOf('package p\n\nn := count(input.x)\n', { entrypoints: ['p/n'] });
  expect(opa.static.builtin_funcs?.map(({ name }) => name)).toEqual(['count']);
  expect(opa.static.builtin_funcs?.[0]?.decl).toMatchObject({ type: 'function', result: { type: 'number' } });
  expect(opa.static.files).toEqual([{ value: 'policy.rego' }]);
  const call = opa
    .funcs!.funcs.flatMap(({ blocks }) => blocks.flatMap(({ stmts }) => stmts))
    .find(({ type, stmt }) => type === 'CallStmt' && stmt['func'] === 'count');
  expect(call?.stmt).toMatchObject({ file: 0, row: 3 });
});

test('functions are written once for each state of what `with` replaces', () => {
  const opa = policyOf('package p\n\nf(x) := x\n\ng := f(1)\n\nh := [g, y] if y := g with f as 2\n', {
    entrypoints: ['p/h'],
  });
  const names = opa.funcs!.funcs.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['g0.data.p.g', 'g1.data.p.g', 'g0.data.p.h']));
  const variant = opa.funcs!.funcs.find(({ name }) => name === 'g1.data.p.g');
  expect(variant?.path).toEqual(['g1', 'p', 'g']);
  const results = runPlan(opa, 'p/h', { input: undefined, data: parseRego('{}'), builtin: noBuiltin, portable: true });
  expect(results.map(printTerm)).toEqual(['{"result": [1, 2]}']);
});

test('keys with dots make no functions of one name', () => {
  const opa = policyOf('package p\n\na["b.c"] := 1\n\na.b.c := 2\n\nx := a["b.c"]\n\ny := a.b.c\n', {
    entrypoints: ['p/x', 'p/y'],
  });
  const run = (name: string): string[] =>
    runPlan(opa, name, { input: undefined, data: parseRego('{}'), builtin: noBuiltin, portable: true }).map(printTerm);
  expect([run('p/x'), run('p/y')]).toEqual([['{"result": 1}'], ['{"result": 2}']]);
});
