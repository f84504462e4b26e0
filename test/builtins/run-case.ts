// Runs one case of a built-in on the host's implementation, or on the runtime's where the host has none.
// Left to others: reading the case files (cases.ts).
import { HOST_BUILTINS } from '../../engine/builtins/host/index.ts';
import { BuiltinError } from '../../engine/host/builtin.ts';
import type { BuiltinContext } from '../../engine/host/builtin.ts';
import { compareValues } from '../../engine/value/compare.ts';
import { objectOf } from '../../engine/value/construct.ts';
import { parseRego, printTerm } from '../../engine/value/rego-text.ts';
import type { Value } from '../../engine/value/value.ts';
import { parseArgs, splitCall } from './cases.ts';
import type { BuiltinCase } from './cases.ts';
import { NativeBuiltins } from '../runtime/builtins/native.ts';
import { parseCall } from '../runtime/builtins/reference.ts';
import { runtimeHeapBase, runtimeWasm } from '../../engine/wasm/runtime.gen.ts';

/** A context with a fixed clock and counting "random" bytes. */
export function testContext(lines: string[] = []): BuiltinContext {
  let seed = 1;
  return {
    nowNs: 1_700_000_000_123_456_789n,
    cache: new Map(),
    randomBytes: (length) => Uint8Array.from({ length }, () => (seed = (seed * 48_271) % 0x7fffffff) & 0xff),
    runtime: objectOf({}),
    env: {},
    print: (line) => lines.push(line),
  };
}

/** Undefined when the outcome is the wanted one, else a line that tells both. */
export function mismatch(item: BuiltinCase): string | undefined {
  const { name } = splitCall(item.call);
  const builtin = HOST_BUILTINS[name];
  if (builtin === undefined) return nativeMismatch(item);
  const wanted = item.want ?? item.error ?? 'undefined';
  let got: Value | undefined;
  try {
    got = builtin(testContext(), ...parseArgs(item.call));
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    const text = `${error.code}: ${name}: ${error.message}`;
    return text === item.error ? undefined : `${item.call}: threw ${text}, wanted ${wanted}`;
  }
  if (got === undefined)
    return item.want === undefined && item.error === undefined
      ? undefined
      : `${item.call}: undefined, wanted ${wanted}`;
  if (item.want !== undefined && compareValues(parseRego(item.want), got) === 0) return undefined;
  return `${item.call}: gave ${printTerm(got)}, wanted ${wanted}`;
}

let native: NativeBuiltins | undefined;

/** The same for a built-in of the runtime. */
export function nativeMismatch(item: BuiltinCase): string | undefined {
  native ??= new NativeBuiltins(runtimeWasm(), runtimeHeapBase);
  const call = parseCall(item.call);
  if (!native.has(call.name)) return `${item.call}: no such built-in`;
  const wanted =
    item.want !== undefined ? `= ${item.want}` : item.error !== undefined ? `! ${item.error}` : 'undefined';
  const got = native.differs(call, wanted);
  return got === undefined ? undefined : `${item.call}: ${got}, wanted ${wanted}`;
}
