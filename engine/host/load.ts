// Loads a policy module, of our build or OPA's, with host built-ins that lose nothing.
// Left to others: instantiating it (instantiate.ts), evaluating (policy.ts).
import { HOST_BUILTINS } from '../builtins/host/index.ts';
import { instantiate, invalid, type LoadOptions } from './instantiate.ts';
import { Policy } from './policy.ts';

export { EvaluationError } from './evaluation-error.ts';
export type { EvaluationErrorCode, EvaluationErrorKind, EvaluationLocation } from './evaluation-error.ts';
export type { HostSettings } from './host-calls.ts';
export { PolicyLoadError } from './instantiate.ts';
export type { LoadOptions } from './instantiate.ts';
export { load } from './load-async.ts';
export { Policy } from './policy.ts';

/** What `load` gives, at once; for scripts and tests. */
export function loadSync(wasm: Uint8Array | WebAssembly.Module, options: LoadOptions = {}): Policy {
  const { start } = instantiate(wasm instanceof WebAssembly.Module ? wasm : compiled(wasm), options);
  return start(HOST_BUILTINS, (linked) => new Policy(linked));
}

function compiled(wasm: Uint8Array): WebAssembly.Module {
  try {
    return new WebAssembly.Module(wasm);
  } catch (error) {
    invalid(error);
  }
}
