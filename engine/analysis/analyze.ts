// The public face of analysis: parsed modules to core modules, and ad-hoc queries in their context.
// The passes are in passes.ts; types are checked by the function given for it, between the passes before and after.
import type { Body, Import, Module, Package } from '../ast/nodes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { checkDeprecatedBuiltins, checkFunctions, checkUnsafeBuiltins } from './check-calls.ts';
import { checkRootAssignments } from './check-shadowing.ts';
import { type AnalyzeOptions as PassOptions, AnalysisContext, LocalNames } from './context.ts';
import { type CoreModule, type CoreRule, isGenerated, isWildcard, type RuleGraph, type RuleTree } from './core.ts';
import { expandQueryCalls } from './expand-calls.ts';
import { hoistQueryTerms } from './hoist-terms.ts';
import { liftInBody } from './lift-heads.ts';
import { packagePath } from './lower-rules.ts';
import { orderBody } from './order-bodies.ts';
import { latePasses, passes, type Program, runPasses } from './passes.ts';
import { type Exports, exportsOf, resolveQuery } from './resolve-references.ts';
import { PassCounts } from './number-locals.ts';
import { rewriteQueryLocals } from './rewrite-locals.ts';
import { rewriteQueryModifiers } from './rewrite-modifiers.ts';
import { rewriteQueryPrints } from './rewrite-prints.ts';
import { rewriteQueryTemplates } from './rewrite-templates.ts';
import { buildRuleGraph } from './rule-graph.ts';
import { buildRuleTree } from './rule-tree.ts';
import { collectBody, SAFETY } from './variables.ts';

export type { AnalysisBuiltin } from './context.ts';

/** What type checking is given: core modules that are free of other faults. */
export interface Checkable {
  readonly modules: readonly CoreModule[];
  readonly ruleTree: RuleTree;
  readonly graph: RuleGraph;
}

export interface AnalyzeOptions extends PassOptions {
  /** Checks types; its findings stand between those of recursion and those of deprecated built-ins. */
  readonly checkTypes?: (program: Checkable) => readonly Diagnostic[];
}

export interface Analyzed extends Checkable {
  /** Where there are faults, the core modules are not fit for planning. */
  readonly diagnostics: readonly Diagnostic[];
  /** What was analysed. */
  readonly sources: readonly Module[];
}

export interface QueryContext {
  readonly package?: Package;
  readonly imports?: readonly Import[];
  readonly modules: Analyzed;
  /** Is given the body once the names of rules and imports are references, and gives the one to go on with. */
  readonly whenResolved?: (body: Body) => Body;
}

/** A variable of a query, as the user wrote it and as it stands in the core body. */
export interface QueryVariable {
  readonly name: string;
  readonly rewritten: string;
}

export interface AnalyzedQuery {
  readonly body: Body;
  /** The query's variables, in order of appearance; those within comprehensions and other nested bodies are not among them. */
  readonly vars: readonly QueryVariable[];
  readonly diagnostics: readonly Diagnostic[];
  /** Generated name → the user's. */
  readonly locals: ReadonlyMap<string, string>;
}

const noExports: Exports = new Map();

/** Names beginning with `__local` that the sources use, which generated names must avoid. */
function reservedNames(sources: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const source of sources) {
    if (!source.includes('__local')) continue;
    for (const match of source.matchAll(/__local\w*/g)) found.add(match[0]);
  }
  return found;
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  if (a.loc.file !== b.loc.file) return a.loc.file < b.loc.file ? -1 : 1;
  return a.loc.row - b.loc.row || a.loc.col - b.loc.col;
}

function groupByModule(
  rules: readonly CoreRule[],
  modules: readonly Module[],
  sources: readonly Module[],
): CoreModule[] {
  const groups = new Map<Module, CoreRule[]>();
  for (const module of modules) groups.set(module, []);
  for (const rule of rules) groups.get(rule.module)?.push(rule);
  return modules.map((module, i) => ({
    source: sources[i] ?? module,
    file: module.file,
    path: packagePath(module),
    rules: groups.get(module) ?? [],
  }));
}

/**
 * Analyses modules: resolves names, finds faults, and gives the rules in core form.
 * Faults are returned, sorted by place; of several stages' faults only the first stage's, since later ones rely on it.
 *
 * ```ts
 * const { modules, diagnostics } = analyze([parsed], { builtins: (name) => table.get(name) });
 * ```
 */
export function analyze(modules: readonly Module[], options: AnalyzeOptions): Analyzed {
  const analyzed = analyzeWith(new AnalysisContext(options), modules, options);
  if (!analyzed.diagnostics.some(({ message, details }) => showsLocal([message, ...(details ?? [])]))) return analyzed;
  const counting = new AnalysisContext(options);
  const counts = new PassCounts();
  counting.nameCounts = counts;
  analyzeWith(counting, modules, { builtins: options.builtins });
  const numbered = new AnalysisContext(options);
  numbered.shownNames = counts.shownNames();
  return { ...analyzed, diagnostics: analyzeWith(numbered, modules, options).diagnostics };
}

function showsLocal(texts: readonly string[]): boolean {
  return texts.some((text) => text.includes('__local'));
}

function analyzeWith(context: AnalysisContext, modules: readonly Module[], options: AnalyzeOptions): Analyzed {
  context.excluded = reservedNames(modules.map((module) => module.source));
  const sources = [...modules].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  let program: Program = { modules: sources, rules: [], graph: undefined };
  program = runPasses(passes, program, context);
  context.nameCounts = undefined;
  const core = groupByModule(program.rules, program.modules, sources);
  const graph = program.graph ?? buildRuleGraph([], buildRuleTree([], []), []);
  const checkable: Checkable = { modules: core, ruleTree: context.tree, graph };
  if (context.diagnostics.length === 0 && options.checkTypes !== undefined) {
    for (const finding of options.checkTypes(checkable)) context.diagnostics.push(finding);
  }
  if (context.diagnostics.length === 0) runPasses(latePasses, program, context);
  return { ...checkable, diagnostics: context.diagnostics.sort(byPlace), sources };
}

/**
 * Analyses a query as if it stood in a package with imports. A bare name in it is a rule of the package, an import, or a
 * variable of its own.
 */
export function analyzeQuery(body: Body, query: QueryContext, options: AnalyzeOptions): AnalyzedQuery {
  const context = new AnalysisContext(options);
  context.tree = query.modules.ruleTree;
  const names = new LocalNames(new Set(), 'q');
  let vars: readonly QueryVariable[] = [];
  const stages: readonly ((current: Body) => Body)[] = [
    (current) => {
      // Outside of any package no rule has a bare name.
      const exports = query.package === undefined ? noExports : exportsOf(query.modules.sources);
      return resolveQuery(current, query.package?.path, query.imports ?? [], exports, context);
    },
    query.whenResolved ?? ((current) => current),
    (current) => {
      checkRootAssignments(context);
      return current;
    },
    (current) => {
      const renamed = rewriteQueryLocals(current, names, context);
      vars = variablesOfQuery(renamed, names);
      return renamed;
    },
    (current) => rewriteQueryTemplates(current, names, context),
    (current) => rewriteQueryPrints(current, names, context),
    (current) => expandQueryCalls(current, names, context),
    (current) => liftInBody(current, names),
    (current) => rewriteQueryModifiers(current, names, context),
    (current) => {
      checkFunctions(current, names, context);
      return current;
    },
    (current) => orderBody(current, new Set(), names, context),
    (current) => hoistQueryTerms(current, names),
    (current) => {
      checkUnsafeBuiltins(current, context);
      if (options.strict === true) checkDeprecatedBuiltins(current, context);
      return current;
    },
  ];
  let current = body;
  for (const stage of stages) {
    current = stage(current);
    if (context.diagnostics.length > 0) break;
  }
  return { body: current, vars, diagnostics: context.diagnostics.sort(byPlace), locals: names.locals };
}

function variablesOfQuery(body: Body, names: LocalNames): readonly QueryVariable[] {
  const found = new Set<string>();
  collectBody(body, SAFETY, found);
  const vars: QueryVariable[] = [];
  for (const rewritten of found) {
    if (rewritten === 'data' || rewritten === 'input' || isWildcard(rewritten)) continue;
    const name = names.locals.get(rewritten) ?? rewritten;
    if (!isWildcard(name) && !isGenerated(name)) vars.push({ name, rewritten });
  }
  return vars;
}
