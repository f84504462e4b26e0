// From sources to a module: the phases of the compiler in order. Each phase is its own folder's business.
import type { Body, Module, RegoVersion } from './ast/nodes.ts';
import { analyze, analyzeQuery, type Analyzed } from './analysis/analyze.ts';
import { builtinByName } from './builtins/table.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import type { Plan } from './plan/ir.ts';
import { planPolicy, type PlannedQuery } from './plan/plan.ts';
import type { BuiltinShape } from './plan/plan-context.ts';
import { parseModule, parseQuery } from './syntax/parse.ts';
import { generate } from './wasm/generate.ts';

/** A Rego file. */
export interface Source {
  readonly file: string;
  readonly text: string | Uint8Array;
  /** Overrides the compilation's version for this file. */
  readonly version?: RegoVersion;
}

/** An ad-hoc query, compiled into an entry point that gives OPA's result set: `[{"x": …}, …]`. */
export interface QuerySource {
  /** Name of the entry point. */
  readonly name: string;
  readonly text: string;
  /** Package the query is asked in, without `data.`. */
  readonly package?: string;
  /** Imports as written, `data.lib as l`. */
  readonly imports?: readonly string[];
}

export interface CompileOptions {
  /** Documents to evaluate, as `pkg/rule`. */
  readonly entrypoints?: readonly string[];
  readonly queries?: readonly QuerySource[];
  readonly version?: RegoVersion;
  /** OPA's strict mode: unused variables and imports, deprecated built-ins, … are errors. */
  readonly strict?: boolean;
  /** Errors of built-ins stop the evaluation instead of making the call undefined. */
  readonly strictBuiltinErrors?: boolean;
  /** `false` removes `print` calls. */
  readonly enablePrint?: boolean;
  readonly coverage?: boolean;
}

export interface Compiled {
  /** Absent when there are errors. */
  readonly wasm?: Uint8Array<ArrayBuffer>;
  readonly plan?: Plan;
  readonly analyzed?: Analyzed;
  /** Errors and warnings, sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles modules to WebAssembly in OPA's ABI. Faults in the sources come back as diagnostics, never as exceptions. */
export function compile(sources: readonly Source[], options: CompileOptions = {}): Compiled {
  const diagnostics: Diagnostic[] = [];
  const modules: Module[] = [];
  for (const source of sources) {
    const version = source.version ?? options.version ?? 'v1';
    const parsed = parseModule(source.text, { file: source.file, version });
    diagnostics.push(...parsed.diagnostics);
    if (parsed.module !== undefined) modules.push(parsed.module);
  }
  if (hasErrors(diagnostics)) return { diagnostics };
  return compileModules(modules, options, diagnostics);
}

/** Compiles modules that are parsed already. */
export function compileModules(
  modules: readonly Module[],
  options: CompileOptions,
  before: readonly Diagnostic[] = [],
): Compiled {
  const diagnostics = [...before];
  const analysis = {
    strict: options.strict ?? false,
    enablePrint: options.enablePrint ?? true,
    builtins: builtinByName,
  };
  const analyzed = analyze(modules, analysis);
  diagnostics.push(...analyzed.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics, analyzed };
  const queries: PlannedQuery[] = [];
  for (const query of options.queries ?? []) {
    const parsed = parseQuery(query.text, { file: query.name, version: options.version ?? 'v1' });
    diagnostics.push(...parsed.diagnostics);
    if (parsed.body === undefined) continue;
    const found = analyzeQuery(parsed.body as Body, { modules: analyzed, ...queryContext(query) }, analysis);
    diagnostics.push(...found.diagnostics);
    queries.push({ name: query.name, body: found.body, vars: found.vars });
  }
  if (hasErrors(diagnostics)) return { diagnostics, analyzed };
  const plan = planPolicy(analyzed.modules, {
    entrypoints: options.entrypoints ?? [],
    queries,
    builtin: builtinShape,
    coverage: options.coverage ?? false,
  });
  const wasm = generate(plan, { strictBuiltinErrors: options.strictBuiltinErrors ?? false });
  return { wasm, plan, analyzed, diagnostics };
}

function queryContext(query: QuerySource): { package?: string; imports?: readonly string[] } {
  return {
    ...(query.package === undefined ? {} : { package: query.package }),
    ...(query.imports === undefined ? {} : { imports: query.imports }),
  };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

function builtinShape(name: string): BuiltinShape | undefined {
  const decl = builtinByName(name);
  return decl === undefined
    ? undefined
    : { arity: decl.args.length, relation: decl.relation ?? false, isVoid: decl.result === undefined };
}
