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
  // A module that another realm has made is no instance of this one's class.
  const module = isBytes(wasm) ? await WebAssembly.compile(wasm).catch(invalid) : wasm;
  const { builtins, start } = instantiate(module, options);
  return start(await hostBuiltins(builtins), (linked) => new Policy(linked));
}

function isBytes(wasm: Uint8Array | WebAssembly.Module): wasm is Uint8Array {
  return ArrayBuffer.isView(wasm);
}
