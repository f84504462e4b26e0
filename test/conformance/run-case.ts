// Runs one conformance case: compile, evaluate through the SDK, compare result or error.
import { isDeepStrictEqual } from 'node:util';
import { compile } from '../../engine/compile.ts';
import { EvaluationError } from '../../engine/host/evaluation-error.ts';
import { compareValues, equalValues } from '../../engine/value/compare.ts';
import { makeObject, makeSet } from '../../engine/value/construct.ts';
import { printJson, parseJson } from '../../engine/value/json.ts';
import { RegoObject, type Value } from '../../engine/value/value.ts';
import type { Case } from './case.ts';
import { SdkPolicy } from './sdk-policy.ts';

/** What went wrong, or undefined. */
export function runCase(one: Case): string | undefined {
  let outcome: Outcome;
  try {
    outcome = evaluate(one);
  } catch (error) {
    return `crash: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  if (one.wantErrorCode !== undefined || one.wantError !== undefined) return compareError(one, outcome);
  if (outcome.kind === 'error') return `error ${outcome.code}: ${outcome.message}`;
  const got = normalise(one, outcome.results);
  const want = normalise(one, one.wantResult ?? []);
  // A result set has no order: compared as sets of bindings.
  if (equalValues(makeSet(got), makeSet(want))) return undefined;
  return `got  ${printJson(got)}\n want ${printJson(want)}`;
}

type Outcome =
  | { readonly kind: 'results'; readonly results: readonly Value[] }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

function evaluate(one: Case): Outcome {
  const { query, input } = withInput(one);
  const compiled = compile(
    one.modules.map((text, i) => ({ file: `test-${i}.rego`, text })),
    { queries: [{ name: 'query', text: query }], strictBuiltinErrors: one.strictError },
  );
  const fault = compiled.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (fault !== undefined || compiled.wasm === undefined)
    return { kind: 'error', code: fault?.code ?? '', message: fault?.message ?? '' };
  const policy = new SdkPolicy(compiled.wasm);
  policy.setData(printJson(one.data ?? makeObject([])));
  try {
    // JSON.parse in the SDK rounds numbers that the text of the same call has in full: that is what is compared.
    const { results: parsed, text } = policy.evaluate('query', input);
    if (!isDeepStrictEqual(parsed, JSON.parse(text)))
      return { kind: 'error', code: '', message: `the SDK gave ${JSON.stringify(parsed)} for ${text}` };
    const results = parseJson(text);
    if (!Array.isArray(results)) return { kind: 'error', code: '', message: `no result set: ${text}` };
    return { kind: 'results', results };
  } catch (error) {
    if (error instanceof EvaluationError) return { kind: 'error', code: error.code, message: error.message };
    throw error;
  }
}

/** The input as JSON; a term that JSON can't say goes into the query by `with`. */
function withInput(one: Case): { query: string; input: string | undefined } {
  if (one.inputTerm === undefined)
    return { query: one.query, input: one.input === undefined ? undefined : printJson(one.input) };
  try {
    parseJson(one.inputTerm);
    return { query: one.query, input: one.inputTerm };
  } catch {
    return { query: `${one.query} with input as ${one.inputTerm}`, input: undefined };
  }
}

function compareError(one: Case, outcome: Outcome): string | undefined {
  if (outcome.kind === 'results')
    return `got ${printJson(outcome.results)}\n want ${one.wantErrorCode}: ${one.wantError}`;
  if (one.wantErrorCode !== undefined && outcome.code !== one.wantErrorCode)
    return `code ${outcome.code} (${outcome.message}), want ${one.wantErrorCode}`;
  if (one.wantError !== undefined && !`${outcome.code}: ${outcome.message}`.includes(one.wantError))
    return `message ${outcome.message}\n want ${one.wantError}`;
  return undefined;
}

function normalise(one: Case, results: readonly Value[]): Value[] {
  return results.map((result) => {
    if (!(result instanceof RegoObject)) return result;
    const entries = result.entries
      .filter(([key]) => !(one.ignoreGeneratedVars && typeof key === 'string' && /^(\$|__local)/.test(key)))
      .map(([key, value]) => [key, one.sortBindings ? sortArrays(value) : value] as const);
    return makeObject(entries);
  });
}

/** `sort_bindings`: an array that is a binding's value is compared without its order. */
function sortArrays(value: Value): Value {
  return Array.isArray(value) ? [...(value as readonly Value[])].sort(compareValues) : value;
}
