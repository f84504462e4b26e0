// A host for plans in OPA's IR: the runtime library's built-ins, those of the host beside them, and answers as text.
// Left to others: running the statements (opa-ir.ts).
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import { BuiltinError } from '../../engine/host/builtin.ts';
import { getElement } from '../../engine/value/construct.ts';
import { dumpJson, parseJson } from '../../engine/value/json.ts';
import { dumpRego, parseRego } from '../../engine/value/rego-text.ts';
import { fromJs } from '../../engine/value/json.ts';
import { RegoNumber, RegoObject, RegoSet, type Value } from '../../engine/value/value.ts';
import { runtimeHeapBase, runtimeWasm } from '../../engine/wasm/runtime.gen.ts';
import { testContext } from '../builtins/run-case.ts';
import { NativeBuiltins } from '../runtime/builtins/native.ts';
import { type OpaPolicy, PlanError, runPlan } from './opa-ir.ts';

const natives = new NativeBuiltins(runtimeWasm(), runtimeHeapBase);

/** As dumpRego, but with numbers as they were written: templates and json.marshal print them so. */
function termText(value: Value): string {
  if (value instanceof RegoNumber) return value.text;
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(termText).join()}]`;
  if (value instanceof RegoSet) return value.items.length === 0 ? 'set()' : `{${value.items.map(termText).join()}}`;
  if (value instanceof RegoObject)
    return `{${value.entries.map(([key, item]) => `${termText(key)}:${termText(item)}`).join()}}`;
  return dumpRego(value);
}

/** A built-in of the runtime library or of the host. Undefined for what is called for its effect. */
export function callBuiltin(name: string, args: readonly Value[], strict: boolean): Value | undefined {
  if (name === 'internal.print') return undefined;
  if (natives.has(name)) {
    const outcome = natives.call({ name, args: args.map(termText) });
    if (outcome.startsWith('= ')) return parseRego(outcome.slice(2));
    if (outcome === 'undefined' || !strict) return undefined;
    const [code = '', ...text] = outcome.slice(2).split(': ');
    throw new PlanError(code, text.join(': '));
  }
  const builtin = HOST_BUILTINS[name];
  if (builtin === undefined) throw new Error(`no built-in ${name}`);
  try {
    // Certificates are valid for a time only.
    return builtin({ ...testContext(), nowNs: BigInt(Date.now()) * 1_000_000n }, ...args);
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    if (!strict && !error.halt) return undefined;
    throw new PlanError(error.code, error.message);
  }
}

/** What an evaluation answered: `= JSON`, `undefined`, or `! CODE`. */
export type Answer = string;

/** One entry point of a plan, which gives `result`. Which of several errors is met first is not compared: the code alone counts. */
export function answerOf(
  policy: OpaPolicy,
  entrypoint: string,
  documents: { readonly input: unknown; readonly data: unknown },
  options: { readonly strict: boolean; readonly portable: boolean },
): Answer {
  try {
    const results = runPlan(policy, entrypoint, {
      input: documents.input === undefined ? undefined : fromJs(documents.input),
      data: fromJs(documents.data),
      builtin: (name, args) => callBuiltin(name, args, options.strict),
      portable: options.portable,
    });
    const result = results.length === 0 ? undefined : getElement(results[0]!, 'result');
    // Equal numbers print alike, however they were written.
    return result === undefined ? 'undefined' : `= ${dumpJson(parseJson(dumpJson(result)))}`;
  } catch (error) {
    if (error instanceof PlanError) return `! ${error.code}`;
    throw error;
  }
}
