// `node test/plan/conformance-plan.ts [FOLDER…]`: the conformance cases through our plan in OPA's IR, against our WebAssembly.
// Needs the cases (env REGATE_SHARED, or ../shared). Exits 1 on a difference.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../engine/compile.ts';
import { EvaluationError, loadSync } from '../../engine/host/load.ts';
import { equalValues } from '../../engine/value/compare.ts';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { parseJson, printJson } from '../../engine/value/json.ts';
import { parseRego, printTerm } from '../../engine/value/rego-text.ts';
import type { Value } from '../../engine/value/value.ts';
import { type Case, caseId, readCases } from '../conformance/case.ts';
import { checkPlan } from './check-opa-ir.ts';
import { lowered } from './lowered.ts';
import { PlanError, runPlan } from './opa-ir.ts';
import { callBuiltin } from './plan-host.ts';

type Outcome = { readonly results: readonly Value[] } | { readonly code: string };

/** Undefined where the case does not compile; else what differs, or nothing. */
function difference(one: Case): string[] | undefined {
  const { inputTerm } = one;
  const input = inputTerm === undefined ? one.input : parseRego(inputTerm);
  const isJson = input === undefined || equalValues(parseJson(printJson(input)), input);
  const text = isJson ? one.query : `${one.query} with input as ${inputTerm}`;
  const { wasm, plan } = compile(
    one.modules.map((module, i) => ({ file: `test-${i}.rego`, text: module })),
    { queries: [{ name: 'query', text }], strictBuiltinErrors: one.strictError },
  );
  if (wasm === undefined) return undefined;
  const documents = { input: isJson ? input : undefined, data: one.data ?? makeObject([]) };
  const want = inWasm(wasm, documents);
  const opa = lowered(plan!);
  const faults = checkPlan(opa);
  let got: Outcome;
  try {
    const builtin = (name: string, args: readonly Value[]): Value | undefined =>
      callBuiltin(name, args, one.strictError);
    got = { results: runPlan(opa, 'query', { ...documents, builtin, portable: true }) };
  } catch (error) {
    if (!(error instanceof PlanError)) return [...faults, error instanceof Error ? error.message : String(error)];
    got = { code: error.code };
  }
  if (show(got) !== show(want)) faults.push(`plan ${show(got)}\n  WebAssembly ${show(want)}`);
  return faults;
}

function inWasm(wasm: Uint8Array, { input, data }: { input: Value | undefined; data: Value }): Outcome {
  const policy = loadSync(wasm);
  policy.setData(new TextEncoder().encode(printJson(data)));
  try {
    const bytes = input === undefined ? undefined : new TextEncoder().encode(printJson(input));
    const results = parseJson(policy.evaluateText('query', bytes));
    return { results: Array.isArray(results) ? (results as readonly Value[]) : [] };
  } catch (error) {
    if (error instanceof EvaluationError) return { code: error.code };
    throw error;
  }
}

/** As JSON, in which sets are arrays. */
function show(outcome: Outcome): string {
  if ('code' in outcome) return outcome.code;
  return printTerm(makeSet(outcome.results.map((result) => parseJson(printJson(result)))));
}

const shared = process.env['REGATE_SHARED'] ?? join(import.meta.dirname, '..', '..', '..', 'shared');
const folder = join(shared, 'conformance', 'cases');
if (!existsSync(folder)) {
  console.log('no conformance cases: skipped (set REGATE_SHARED)');
  process.exit(0);
}
const wanted = process.argv.slice(2);
const counts = { same: 0, different: 0, rejected: 0 };
for (const one of readCases(folder)) {
  if (wanted.length > 0 && !wanted.includes(one.folder)) continue;
  let found: string[] | undefined;
  try {
    found = difference(one);
  } catch (error) {
    found = [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
  if (found === undefined) counts.rejected++;
  else if (found.length === 0) counts.same++;
  else {
    counts.different++;
    console.log(`${caseId(one)}: ${found.join('; ')}`);
  }
}
console.log(`${counts.same} cases the same, ${counts.different} different, ${counts.rejected} do not compile`);
process.exitCode = counts.different === 0 ? 0 : 1;
