// The host's built-ins for users of the SDK's own `loadPolicy`, which exchanges JSON: sets come as arrays and numbers as
// doubles. `load` (load.ts) loses nothing and is the better way.
import { HOST_BUILTINS } from '../builtins/host/index.ts';
import { fromJs, toJs } from '../value/json.ts';
import { BuiltinError } from './builtin.ts';
import type { BuiltinContext, HostBuiltin } from './builtin.ts';
import { EvaluationError } from './evaluation-error.ts';
import { contextFactory } from './host-calls.ts';
import type { HostSettings } from './host-calls.ts';

export interface SdkBuiltinOptions extends HostSettings {
  /** True: errors of built-ins end the evaluation, as modules of strict builds expect. The SDK cannot tell which kind a module is. */
  readonly strictBuiltinErrors?: boolean;
}

/**
 * All host built-ins as the SDK's `customBuiltins`. The clock stands still until the running JavaScript task gives way:
 * the SDK does not say where an evaluation begins.
 *
 * @example await loadPolicy(wasm, {}, sdkBuiltins())
 */
export function sdkBuiltins(options: SdkBuiltinOptions = {}): Record<string, (...args: unknown[]) => unknown> {
  const newContext = contextFactory(options);
  let context: BuiltinContext | undefined;
  const current = (): BuiltinContext => {
    if (context === undefined) {
      context = newContext();
      queueMicrotask(() => (context = undefined));
    }
    return context;
  };
  return Object.fromEntries(
    Object.entries(HOST_BUILTINS).map(([name, builtin]) => [
      name,
      (...args: unknown[]) => callWithJson(name, builtin, current(), args, options.strictBuiltinErrors === true),
    ]),
  );
}

function callWithJson(
  name: string,
  builtin: HostBuiltin,
  context: BuiltinContext,
  args: readonly unknown[],
  strict: boolean,
): unknown {
  try {
    const result = builtin(context, ...args.map(fromJs));
    return result === undefined ? undefined : toJs(result);
  } catch (error) {
    if (!(error instanceof BuiltinError)) throw error;
    if (!strict && !error.halt) return undefined;
    throw new EvaluationError(error.code, `${name}: ${error.message}`, undefined, error);
  }
}
