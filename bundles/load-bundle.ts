// Makes one bundle ready to evaluate, in this thread: wasm bundles use their modules, Rego bundles are compiled.
// Whether the bundle may be trusted must be settled before (verify.ts); several bundles and replacing them is policy-source.ts.
import { load, type LoadOptions, type Policy } from '../engine/host/load.ts';
import { dumpJson } from '../engine/value/json.ts';
import type { Bundle } from './bundle.ts';
import { bundledModules, compileRego, composeData, type ComposeOptions, regoFiles } from './compose.ts';

export interface LoadBundleOptions extends ComposeOptions {
  readonly load?: LoadOptions;
}

/** A bundle ready to evaluate. */
export interface LoadedBundle {
  readonly bundle: Bundle;
  /** `pkg/rule` names, sorted. */
  readonly entrypoints: readonly string[];
  /** The policy that has the entry point; undefined when there is none. */
  policy(entrypoint: string): Policy | undefined;
}

/** Loads the modules of a wasm bundle, or compiles a Rego bundle, with the bundle's data set. Throws BundleError or PolicyLoadError. */
export async function loadBundle(bundle: Bundle, options: LoadBundleOptions = {}): Promise<LoadedBundle> {
  const bundles = [{ name: '', bundle }];
  const document = composeData(bundles);
  const modules = [...bundledModules(bundles)];
  if (modules.length === 0) {
    const compiled = compileRego(regoFiles(bundles), document, options);
    if (compiled !== undefined) modules.push(compiled);
  }
  const data = new TextEncoder().encode(dumpJson(document));
  const policies = new Map<string, Policy>();
  for (const { wasm, entrypoints } of modules) {
    const policy = await load(wasm, options.load);
    policy.setData(data);
    for (const entrypoint of entrypoints) policies.set(entrypoint, policy);
  }
  return {
    bundle,
    entrypoints: [...policies.keys()].sort(),
    policy: (entrypoint) => policies.get(entrypoint),
  };
}
