// Loads a policy module, of our build or OPA's, with the host built-ins it calls: only their families are loaded.
// The same at once, with all of them: load.ts.
import { hostBuiltins } from '../builtins/host/families.ts';
import { instantiate, invalid, type LoadOptions } from './instantiate.ts';
import { Policy } from './policy.ts';

/**
 * A policy from a module's bytes or the compiled module. Throws PolicyLoadError.
 *
 * @example
 * const policy = await load(await readFile('policy.wasm'));
 * policy.evaluate('authz/allow', { user: 'ada' });
 */
export async function load(wasm: Uint8Array | WebAssembly.Module, options: LoadOptions = {}): Promise<Policy> {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(wasm).catch(invalid);
  const { builtins, start } = instantiate(module, options);
  return start(await hostBuiltins(builtins), (linked) => new Policy(linked));
}
