// Makes a bundle ready to evaluate: wasm bundles use their modules, Rego bundles are compiled.
// Whether the bundle may be trusted must be settled before (verify.ts).
import { annotatedEntrypoints } from '../engine/analysis/entrypoints.ts';
import { compile, type CompileOptions } from '../engine/compile.ts';
import { toOpaErrorText } from '../engine/diagnostics/render.ts';
import { load, type LoadOptions, type Policy } from '../engine/host/load.ts';
import { dumpJson } from '../engine/value/json.ts';
import { type Bundle, rooted } from './bundle.ts';
import { BundleError } from './bundle-error.ts';

export interface LoadBundleOptions {
  /** Documents to compile, as `pkg/rule`; default: those that annotations name, else every package. Wasm bundles have their own. */
  readonly entrypoints?: readonly string[];
  readonly compile?: CompileOptions;
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
  if (bundle.patch !== undefined) throw new BundleError('patch_invalid', 'a delta bundle needs the bundle it changes');
  const policies = new Map<string, Policy>();
  if (bundle.manifest.wasm.length > 0) {
    const byModule = new Map<string, Policy>();
    for (const { entrypoint, module } of bundle.manifest.wasm) {
      const path = rooted(module);
      const policy =
        byModule.get(path) ?? (await load(bundle.wasm.find((file) => file.path === path)!.content, options.load));
      byModule.set(path, policy);
      policies.set(entrypoint, policy);
    }
  } else {
    const { wasm, entrypoints } = compileBundle(bundle, options);
    const policy = await load(wasm, options.load);
    for (const entrypoint of entrypoints) policies.set(entrypoint, policy);
  }
  const data = new TextEncoder().encode(dumpJson(bundle.data));
  for (const policy of new Set(policies.values())) policy.setData(data);
  return {
    bundle,
    entrypoints: [...policies.keys()].sort(),
    policy: (entrypoint) => policies.get(entrypoint),
  };
}

function compileBundle(
  { modules }: Bundle,
  { entrypoints, compile: options }: LoadBundleOptions,
): { wasm: Uint8Array; entrypoints: readonly string[] } {
  const sources = modules.map(({ path, text, version }) => ({
    file: path,
    text,
    ...(version === undefined ? {} : { version }),
  }));
  const first = compile(sources, { ...options, entrypoints: entrypoints ?? [] });
  failOnErrors(first);
  if (entrypoints !== undefined) return { wasm: first.wasm!, entrypoints };
  const annotated = annotatedEntrypoints(first.analyzed!.modules).map(({ path }) => path);
  const packages = new Set(first.analyzed!.modules.map(({ path }) => path.join('/')));
  const found = annotated.length > 0 ? annotated : [...packages].sort();
  const compiled = compile(sources, { ...options, entrypoints: found });
  failOnErrors(compiled);
  return { wasm: compiled.wasm!, entrypoints: found };
}

function failOnErrors({ diagnostics }: ReturnType<typeof compile>): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new BundleError('policy_invalid', toOpaErrorText(errors), { diagnostics: errors });
}
