// From sources to a module: the phases of the compiler in order. Each phase is its own folder's business.
import { operatorName, type RuleTree } from './analysis/core.ts';
import type { Body, CallExpr, Import, Loc, Module, Package, RefTerm, RegoVersion } from './ast/nodes.ts';
import {
  analyze,
  type AnalysisBuiltin,
  type AnalyzeOptions,
  analyzeQuery,
  type Analyzed,
  type Checkable,
} from './analysis/analyze.ts';
import { type Capabilities, checkCapabilities } from './builtins/capabilities.ts';
import { builtinByName, type BuiltinDecl } from './builtins/table.ts';
import { type CapturedExpression, captureExpressions } from './capture.ts';
import { type ObservedExpression, observeTests } from './analysis/observe-tests.ts';
import { type Traced, traceBodies } from './analysis/trace-bodies.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { TooComplexError, withinStack } from './diagnostics/too-complex.ts';
import type { Plan } from './plan/ir.ts';
import { planPolicy, type PlannedQuery } from './plan/plan.ts';
import { builtinArityFault, type CheckedTypes, checkQueryTypes, checkTypes } from './types/check.ts';
import type { BuiltinShape } from './plan/plan-context.ts';
import { parseModule, parseQuery } from './syntax/parse.ts';
import { getKey } from './value/construct.ts';
import { RegoObject, type Value } from './value/value.ts';
import { CodegenError } from './wasm/codegen-error.ts';
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
  /** Keep each expression's value too, in a variable that `Compiled.expressions` names. */
  readonly captureExpressions?: boolean;
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
  /** For hosts that limit the time of an evaluation (`timeLimitMs` of loading): the module asks for it (`internal.check_time`). */
  readonly checksTime?: boolean;
  /** `false`: no optimisation in the plan. The answers are the same. */
  readonly optimise?: boolean;
  /** `false` removes `print` calls. */
  readonly enablePrint?: boolean;
  readonly coverage?: boolean;
  /** For test runs: table tests call `internal.test_case` with each case they try. */
  readonly testRules?: boolean;
  /** For reports of failed tests: test rules tell `internal.test_values` what they try (observe-tests.ts). */
  readonly observeTests?: boolean;
  /** For traces and profiles: bodies tell `internal.trace` which of their expressions they come to (trace-bodies.ts). */
  readonly trace?: boolean;
  /** Built-ins besides OPA's, which the host supplies. */
  readonly builtins?: ReadonlyMap<string, BuiltinDecl>;
  /** What policies may use: built-ins, future keywords, features; default: all that this version can do. */
  readonly capabilities?: Capabilities;
  /** Base documents that the policy will be evaluated with: no rule may stand in the place of one. */
  readonly data?: Value;
  /** Built-ins that may be used, by name; default: all. */
  readonly allowedBuiltins?: ReadonlySet<string>;
  /** JSON schemas by reference: `schema` is that of the input, `schema.name` others that annotations name. */
  readonly schemas?: ReadonlyMap<string, unknown>;
}

export interface Compiled {
  /** Absent when there are errors. */
  readonly wasm?: Uint8Array;
  readonly plan?: Plan;
  readonly analyzed?: Analyzed;
  /** The expressions that `observeTests` numbers. */
  readonly observed?: readonly ObservedExpression[];
  /** The bodies and places that `trace` numbers. */
  readonly traced?: Pick<Traced, 'bodies' | 'places'>;
  /** The expressions of queries with `captureExpressions`, by query name. */
  readonly expressions?: ReadonlyMap<string, readonly CapturedExpression[]>;
  /** Errors and warnings, sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles modules to WebAssembly in OPA's ABI. Faults in the sources come back as diagnostics, never as exceptions. */
export function compile(sources: readonly Source[], options: CompileOptions = {}): Compiled {
  const diagnostics: Diagnostic[] = [];
  const modules: Module[] = [];
  const { capabilities } = options;
  for (const source of sources) {
    const version = source.version ?? options.version ?? 'v1';
    if (capabilities !== undefined) {
      const faults = checkCapabilities(capabilities, version);
      if (faults.length > 0) return { diagnostics: faults };
    }
    const parsed = parseModule(source.text, { file: source.file, version, ...(capabilities && { capabilities }) });
    append(diagnostics, parsed.diagnostics);
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
  try {
    return withinStack(modules[0]?.package.loc ?? NOWHERE, () => runPhases(modules, options, diagnostics));
  } catch (error) {
    if (error instanceof TooComplexError) return { diagnostics: [...diagnostics, error.diagnostic] };
    throw error;
  }
}

function runPhases(modules: readonly Module[], options: CompileOptions, diagnostics: Diagnostic[]): Compiled {
  const builtin = builtinLookup(options);
  const typeOptions = { schemas: options.schemas ?? new Map<string, unknown>(), builtin };
  const checked: { types?: CheckedTypes } = {};
  const analysis = {
    strict: options.strict ?? false,
    enablePrint: options.enablePrint ?? true,
    markTestCases: options.testRules ?? false,
    // As in OPA coverage knows only what stands in the source.
    rewriteTestRules: options.testRules === true && options.coverage !== true,
    ...(options.data !== undefined && { pathConflict: pathsOf(options.data) }),
    ...(options.capabilities !== undefined && { features: options.capabilities.features }),
    builtins: builtin === builtinByName ? analysisBuiltin : (name: string) => toAnalysisBuiltin(builtin(name)),
    arityFault: (call: CallExpr) => builtinArityFault(call, typeOptions),
    checkTypes: (program: Checkable) => (checked.types = checkTypes(program, typeOptions)).diagnostics,
  };
  const analyzed = analyze(modules, analysis);
  append(diagnostics, analyzed.diagnostics);
  if (hasErrors(diagnostics)) return { diagnostics, analyzed };
  for (const entrypoint of options.entrypoints ?? [])
    append(diagnostics, entrypointFaults(entrypoint, analyzed, analysis, checked.types));
  const queries: PlannedQuery[] = [];
  const expressions = new Map<string, readonly CapturedExpression[]>();
  for (const query of options.queries ?? []) {
    const { capabilities, version = 'v1' } = options;
    const refused = capabilities === undefined ? [] : checkCapabilities(capabilities, version);
    append(diagnostics, refused);
    if (refused.length > 0) continue;
    const parsed = parseQuery(query.text, { file: query.name, version, ...(capabilities && { capabilities }) });
    append(diagnostics, parsed.diagnostics);
    if (parsed.body === undefined) continue;
    if (parsed.body.length === 0) {
      diagnostics.push(fault('cannot evaluate empty query', { ...NOWHERE, file: query.name }));
      continue;
    }
    const context = queryContext(query, version);
    append(diagnostics, context.diagnostics);
    if (hasErrors(context.diagnostics)) continue;
    const capture = (body: Body): Body => {
      const captured = captureExpressions(body, query.text, {
        takesResult: (operator, count) => takesResult(analyzed, operator, count, builtin),
        isRelation: (name) => builtin(name)?.relation ?? false,
      });
      expressions.set(query.name, captured.expressions);
      return captured.body;
    };
    const found = analyzeQuery(
      parsed.body,
      { modules: analyzed, ...context, ...(query.captureExpressions === true && { whenResolved: capture }) },
      // A query's variables are its results: none of them is unused.
      { ...analysis, strict: false },
    );
    append(diagnostics, found.diagnostics);
    if (!hasErrors(found.diagnostics) && checked.types !== undefined) {
      append(diagnostics, checkQueryTypes(found.body, found.locals, checked.types));
    }
    queries.push({ name: query.name, body: found.body, vars: found.vars });
  }
  if (hasErrors(diagnostics)) return { diagnostics, analyzed };
  const observed = options.observeTests === true ? observeTests(analyzed.modules) : undefined;
  const traced = options.trace === true ? traceAll(analyzed, queries, options.queries ?? []) : undefined;
  const plan = planPolicy(traced?.modules ?? observed?.modules ?? analyzed.modules, {
    entrypoints: options.entrypoints ?? [],
    queries: queries.map((query, i) => ({ ...query, body: traced?.queries[i] ?? query.body })),
    builtin: (name) => builtinShape(builtin(name)) ?? (OBSERVERS.has(name) ? OBSERVER : undefined),
    coverage: options.coverage ?? false,
    optimise: options.optimise ?? true,
  });
  let wasm: Uint8Array;
  try {
    wasm = generate(plan, {
      strictBuiltinErrors: options.strictBuiltinErrors ?? false,
      checksTime: options.checksTime ?? false,
    });
  } catch (error) {
    if (!(error instanceof CodegenError)) throw error;
    return { plan, analyzed, diagnostics: [...diagnostics, ...error.diagnostics] };
  }
  return {
    wasm,
    plan,
    analyzed,
    expressions,
    ...(observed === undefined ? {} : { observed: observed.expressions }),
    ...(traced === undefined ? {} : { traced }),
    diagnostics,
  };
}

function traceAll(analyzed: Analyzed, queries: readonly PlannedQuery[], sources: readonly QuerySource[]): Traced {
  const texts = new Map([...sources.map(({ name, text }) => [name, text] as const)]);
  for (const { file, source } of analyzed.sources) texts.set(file, source);
  const bodies = queries.map(({ body }) => body);
  return traceBodies(analyzed.modules, bodies, (file) => texts.get(file) ?? '');
}

const NOWHERE: Loc = { file: '', row: 0, col: 0, offset: 0, end: 0 };

function fault(message: string, loc: Loc): Diagnostic {
  return { code: 'rego_compile_error', severity: 'error', message, loc };
}

/** `push(...)` takes no more arguments than fit on the call stack. */
function append(list: Diagnostic[], more: readonly Diagnostic[]): void {
  for (const item of more) list.push(item);
}

/** What is wrong with an entry point: it has to lead to a rule, past one, or to a document with rules in it, and be no function. */
function entrypointFaults(
  entrypoint: string,
  analyzed: Analyzed,
  analysis: AnalyzeOptions,
  types: CheckedTypes | undefined,
): readonly Diagnostic[] {
  const keys = entrypoint === '' ? [] : entrypoint.split('/');
  let node: RuleTree | undefined = analyzed.ruleTree;
  let depth = 0;
  for (const key of keys) {
    node = node.children.get(key);
    depth++;
    if (node === undefined || node.rules.length > 0) break;
  }
  if (node === undefined || (node.rules.length === 0 && keys.length > 0 && node.children.size === 0))
    return [fault(`entrypoint ${JSON.stringify(entrypoint)} does not refer to a rule or policy decision`, NOWHERE)];
  // Most entry points are just rules: nothing can be wrong with these.
  const isWhole = keys.length > 0 && keys.length === depth && node.rules[0]?.args.length === 0;
  if (isWhole) return [];
  const operands = keys.map((value) => ({ kind: 'string' as const, value, loc: NOWHERE }));
  const head = { kind: 'var' as const, name: 'data', loc: NOWHERE };
  const term = { kind: 'ref' as const, head, operands, loc: NOWHERE };
  const body: Body = [{ kind: 'termexpr', negated: false, term, with: [], loc: NOWHERE }];
  const found = analyzeQuery(body, { modules: analyzed }, analysis);
  if (hasErrors(found.diagnostics) || types === undefined) return found.diagnostics;
  return checkQueryTypes(found.body, found.locals, types);
}

/** Whether there is a base document at a path. */
function pathsOf(data: Value): (path: readonly string[]) => boolean {
  return (path) => {
    let value: Value | undefined = data;
    for (const key of path) {
      if (!(value instanceof RegoObject)) return false;
      value = getKey(value, key);
      if (value === undefined) return false;
    }
    return true;
  };
}

/** The package and imports that a query's bare names are resolved in. */
function queryContext(
  query: QuerySource,
  version: RegoVersion,
): { package?: Package; imports: readonly Import[]; diagnostics: readonly Diagnostic[] } {
  if (query.package === undefined && query.imports === undefined) return { imports: [], diagnostics: [] };
  const lines = [`package ${query.package ?? 'query'}`, ...(query.imports ?? []).map((path) => `import ${path}`)];
  const { module, diagnostics } = parseModule(lines.join('\n'), { file: query.name, version });
  if (module === undefined) return { imports: [], diagnostics };
  const { imports } = module;
  return query.package === undefined ? { imports, diagnostics } : { package: module.package, imports, diagnostics };
}

/** Whether a call has no result, or names it by an argument more than it takes. */
function takesResult(analyzed: Analyzed, operator: RefTerm, count: number, builtin: BuiltinLookup): boolean {
  const name = operatorName(operator);
  const decl = builtin(name);
  if (decl !== undefined) return decl.result === undefined || count > decl.args.length;
  let node: RuleTree | undefined = analyzed.ruleTree;
  for (const key of name.split('.').slice(1)) node = node?.children.get(key);
  const args = node?.rules[0]?.args;
  return args !== undefined && count > args.length;
}

type BuiltinLookup = (name: string) => BuiltinDecl | undefined;

/** The built-ins of a compilation: OPA's table, what the caller adds, without what is not allowed. */
function builtinLookup({ builtins, allowedBuiltins, capabilities }: CompileOptions): BuiltinLookup {
  if (capabilities !== undefined) {
    // The compiler itself calls these two, and only where the caller asks for it.
    const own = (name: string): boolean => name === 'internal.print' || name === 'internal.test_case';
    return (name) =>
      builtins?.get(name) ??
      (allowedBuiltins?.has(name) === false
        ? undefined
        : (capabilities.builtins.get(name) ?? (own(name) ? builtinByName(name) : undefined)));
  }
  if (builtins === undefined && allowedBuiltins === undefined) return builtinByName;
  return (name) =>
    builtins?.get(name) ??
    (allowedBuiltins === undefined || allowedBuiltins.has(name) || name.startsWith('internal.')
      ? builtinByName(name)
      : undefined);
}

const analysisBuiltins = new Map<string, AnalysisBuiltin>();

function analysisBuiltin(name: string): AnalysisBuiltin | undefined {
  let found = analysisBuiltins.get(name);
  if (found === undefined) {
    found = toAnalysisBuiltin(builtinByName(name));
    if (found !== undefined) analysisBuiltins.set(name, found);
  }
  return found;
}

function toAnalysisBuiltin(decl: BuiltinDecl | undefined): AnalysisBuiltin | undefined {
  return decl === undefined ? undefined : { ...decl, arity: decl.args.length, void: decl.result === undefined };
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === 'error');
}

/** `internal.test_values` and `internal.trace`: only observed tests and traced bodies call them. */
const OBSERVER: BuiltinShape = { arity: 2, relation: false, isVoid: true };
const OBSERVERS: ReadonlySet<string> = new Set(['internal.test_values', 'internal.trace']);

const shapes = new WeakMap<BuiltinDecl, BuiltinShape>();

function builtinShape(decl: BuiltinDecl | undefined): BuiltinShape | undefined {
  if (decl === undefined) return undefined;
  let shape = shapes.get(decl);
  if (shape === undefined) {
    shape = { arity: decl.args.length, relation: decl.relation ?? false, isVoid: decl.result === undefined };
    shapes.set(decl, shape);
  }
  return shape;
}
