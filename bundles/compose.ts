// Several bundles as one policy: their documents in one tree, the modules of wasm bundles, and one module for all Rego.
// Whether the bundles may be trusted must be settled before (verify.ts); evaluating is the caller's business.
import { annotatedEntrypoints } from '../engine/analysis/entrypoints.ts';
import type { Module } from '../engine/ast/nodes.ts';
import { compileModules, type Compiled, type CompileOptions } from '../engine/compile.ts';
import type { Diagnostic } from '../engine/diagnostics/diagnostic.ts';
import { toOpaErrorText } from '../engine/diagnostics/render.ts';
import { parseModule } from '../engine/syntax/parse.ts';
import { getKey, makeObject } from '../engine/value/construct.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';
import { type Bundle, mergeData, rooted } from './bundle.ts';
import { BundleError } from './bundle-error.ts';
import { checkRootsBetween } from './manifest.ts';

export interface NamedBundle {
  readonly name: string;
  readonly bundle: Bundle;
}

export interface ComposeOptions {
  /** Documents to compile, as `pkg/rule`; default: those that annotations name, else every package. Wasm bundles have their own. */
  readonly entrypoints?: readonly string[];
  /** Documents to compile if there are rules for them. */
  readonly optionalEntrypoints?: readonly string[];
  readonly compile?: CompileOptions;
}

/** A module and what it decides. */
export interface PolicyModule {
  readonly wasm: Uint8Array;
  readonly entrypoints: readonly string[];
}

/** The module of all Rego, with what tells whether it can be used again. */
export interface CompiledRego extends PolicyModule {
  /** Paths of its rules below `data`: a base document must not stand at one. */
  readonly rulePaths: readonly (readonly string[])[];
}

/** The documents of all bundles. Throws BundleError when bundles own a document in common, or a delta is among them. */
export function composeData(bundles: readonly NamedBundle[]): RegoObject {
  for (const { bundle } of bundles)
    if (bundle.patch !== undefined)
      throw new BundleError('patch_invalid', 'a delta bundle needs the bundle it changes');
  checkRootsBetween(bundles.map(({ name, bundle: { manifest } }) => ({ name, manifest })));
  return bundles.reduce((data, { name, bundle }) => mergeData(data, bundle.data, name), makeObject([]));
}

/** The modules of wasm bundles. A module that is named by several entry points comes once. */
export function bundledModules(bundles: readonly NamedBundle[]): readonly PolicyModule[] {
  return bundles.flatMap(({ bundle }) => {
    const byPath = new Map<string, string[]>();
    for (const { entrypoint, module } of bundle.manifest.wasm)
      byPath.set(rooted(module), [...(byPath.get(rooted(module)) ?? []), entrypoint]);
    return [...byPath].map(([path, entrypoints]) => ({
      wasm: bundle.wasm.find((file) => file.path === path)!.content,
      entrypoints,
    }));
  });
}

/** Rego to compile: that of bundles without modules. Files are named after their bundle where there are several. */
export interface RegoFile {
  readonly file: string;
  readonly text: Uint8Array;
  readonly version: 'v0' | 'v1' | undefined;
}

/** Rego that is compiled: of all bundles without modules, named by bundle where there are several. */
export function regoFiles(bundles: readonly NamedBundle[]): readonly RegoFile[] {
  return bundles
    .filter(({ bundle }) => bundle.manifest.wasm.length === 0)
    .flatMap(({ name, bundle }) =>
      bundle.modules.map(({ path, text, version }) => ({
        file: bundles.length === 1 ? path.slice(1) : `${name}${path}`,
        text,
        version,
      })),
    );
}

/** Compiles Rego, undefined when there is nothing to decide in it. Throws BundleError (`policy_invalid`). */
export function compileRego(
  files: readonly RegoFile[],
  data: RegoObject,
  options: ComposeOptions,
): CompiledRego | undefined {
  const { modules, diagnostics } = parseAll(files, options.compile ?? {});
  const settings = { ...options.compile, data };
  const { entrypoints } = options;
  if (entrypoints !== undefined) {
    const wanted = [...entrypoints, ...(options.optionalEntrypoints ?? [])].filter((path) => isDefined(modules, path));
    return finish(compileModules(modules, { ...settings, entrypoints: wanted }, diagnostics), wanted);
  }
  const checked = compileModules(modules, settings, diagnostics);
  failOnErrors(checked.diagnostics);
  const annotated = annotatedEntrypoints(checked.analyzed!.modules).map(({ path }) => path);
  const packages = new Set(checked.analyzed!.modules.map(({ path }) => path.join('/')));
  const found = annotated.length > 0 ? annotated : [...packages].sort();
  return finish(compileModules(modules, { ...settings, entrypoints: found }, diagnostics), found);
}

function finish(compiled: Compiled, entrypoints: readonly string[]): CompiledRego | undefined {
  failOnErrors(compiled.diagnostics);
  if (entrypoints.length === 0) return undefined;
  const rulePaths = compiled.analyzed!.modules.flatMap(({ rules }) => rules.map(({ path }) => path));
  return { wasm: compiled.wasm!, entrypoints, rulePaths };
}

function parseAll(
  files: readonly RegoFile[],
  options: CompileOptions,
): { readonly modules: readonly Module[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const modules = files.flatMap(({ file, text, version }) => {
    const parsed = parseModule(text, { file, version: version ?? options.version ?? 'v1' });
    for (const each of parsed.diagnostics) diagnostics.push(each);
    return parsed.module === undefined ? [] : [parsed.module];
  });
  failOnErrors(diagnostics);
  return { modules, diagnostics };
}

/** Whether some rule stands at the path, above it or below it. */
function isDefined(modules: readonly Module[], entrypoint: string): boolean {
  const keys = entrypoint.split('/');
  return modules.some((module) => {
    const above = module.package.path.operands.map((term) => (term.kind === 'string' ? term.value : undefined));
    return module.rules.some(({ head: { ref } }) => {
      const operands = ref.operands.map((term) => (term.kind === 'string' ? term.value : undefined));
      const path = [...above, ref.head.kind === 'var' ? ref.head.name : undefined, ...operands];
      return keys.every((key, i) => i >= path.length || path[i] === undefined || path[i] === key);
    });
  });
}

/** Whether a base document stands where a rule does. */
export function hasConflict(rulePaths: readonly (readonly string[])[], data: RegoObject): boolean {
  return rulePaths.some((path) => {
    let value: Value | undefined = data;
    for (const key of path) {
      if (!(value instanceof RegoObject)) return false;
      value = getKey(value, key);
    }
    return value !== undefined;
  });
}

function failOnErrors(diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new BundleError('policy_invalid', toOpaErrorText(errors), { diagnostics: errors });
}
