// What is said about variables that nothing binds: in bodies, by the expression they stand in; in heads, by their place.
// Finding them in bodies is order-bodies.ts's.
import type { Expr, Loc, Term } from '../ast/nodes.ts';
import type { AnalysisContext, LocalNames } from './context.ts';
import { type CoreRule, isGenerated } from './core.ts';
import { isScalar } from './terms.ts';
import { collectBody, collectExpr, collectTerms, type KnownNames, type Names, SAFETY } from './variables.ts';

/** Unsafe variables by the expression they stand in. */
export type Unsafe = Map<Expr, Set<string>>;

export function addUnsafe(unsafe: Unsafe, expr: Expr, name: string): void {
  const names = unsafe.get(expr);
  if (names === undefined) unsafe.set(expr, new Set([name]));
  else names.add(name);
}

/** Keywords a v0 module must import; without the import they read as variables. */
const futureKeywords: ReadonlySet<string> = new Set(['in', 'every', 'contains', 'if', 'not', 'and', 'or']);

function byPlace(a: Loc, b: Loc): number {
  return a.row - b.row || a.col - b.col;
}

/** Reports each unsafe variable of a body once, at the first expression it is unsafe in. */
export function reportUnsafe(unsafe: Unsafe, names: LocalNames, context: AnalysisContext): void {
  const places = new Map<string, Loc>();
  for (const [expr, variables] of unsafe) {
    for (const name of variables) {
      const earlier = places.get(name);
      if (earlier === undefined || byPlace(expr.loc, earlier) < 0) places.set(name, expr.loc);
    }
  }
  let reported = false;
  for (const [name, loc] of places) {
    const shown = names.userName(name);
    if (isGenerated(shown)) continue;
    reported = true;
    if (futureKeywords.has(shown)) {
      context.report(
        'rego_unsafe_var_error',
        loc,
        `var ${shown} is unsafe (hint: \`import future.keywords.${shown}\` to import a future keyword)`,
      );
    } else {
      context.report('rego_unsafe_var_error', loc, `var ${shown} is unsafe`, {
        hint: 'bind the variable in a positive expression: assign to it, or iterate with `some … in`',
      });
    }
  }
  if (reported) return;
  // Only generated variables: name the expressions, once per variable.
  const seen = new Set<string>();
  for (const [expr, variables] of [...unsafe].sort(([a], [b]) => byPlace(a.loc, b.loc))) {
    const before = seen.size;
    for (const name of variables) seen.add(name);
    if (seen.size > before) context.report('rego_unsafe_var_error', expr.loc, 'expression is unsafe');
  }
}

/** The variables in a rule's arguments and body: the first few are looked for one at a time, since heads have few. */
class RuleNames implements KnownNames, Names {
  private readonly rule: CoreRule;
  private searches = 0;
  private all: Set<string> | undefined;
  private wanted = '';
  private found = false;

  constructor(rule: CoreRule) {
    this.rule = rule;
  }

  has(name: string): boolean {
    if (++this.searches > FEW) return this.collected().has(name);
    this.wanted = name;
    this.found = false;
    collectTerms(this.rule.args, 0, this);
    const { body } = this.rule;
    for (let i = 0; i < body.length && !this.found; i++) collectExpr(body[i] as Expr, SAFETY, this);
    return this.found;
  }

  add(name: string): void {
    if (name === this.wanted) this.found = true;
  }

  private collected(): ReadonlySet<string> {
    if (this.all === undefined) {
      this.all = new Set();
      collectTerms(this.rule.args, 0, this.all);
      collectBody(this.rule.body, SAFETY, this.all);
    }
    return this.all;
  }
}

const FEW = 4;

/** The variables of a head term that are not safe, with their places. */
function collectUnsafeVars(term: Term, safe: KnownNames, out: Map<string, Loc>): void {
  switch (term.kind) {
    case 'var':
      if (!safe.has(term.name) && !out.has(term.name)) out.set(term.name, term.loc);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) collectUnsafeVars(item, safe, out);
      return;
    case 'object':
      for (const entry of term.entries) {
        collectUnsafeVars(entry.key, safe, out);
        collectUnsafeVars(entry.value, safe, out);
      }
      return;
    default:
      return;
  }
}

function isSafeVar(term: Term, safe: KnownNames): boolean {
  return term.kind === 'var' ? safe.has(term.name) : isScalar(term);
}

/** Reports variables of a head that stand neither in the arguments nor in the body. */
export function checkHeadSafety(rule: CoreRule, context: AnalysisContext): void {
  if ((rule.key === undefined || isScalar(rule.key)) && isScalar(rule.value) && rule.suffix.every(isScalar)) return;
  const safe = new RuleNames(rule);
  const { key, value } = rule;
  // Most heads hold one variable.
  if (rule.suffix.length === 0 && (key === undefined || isSafeVar(key, safe)) && isSafeVar(value, safe)) return;
  const unsafe = new Map<string, Loc>();
  for (const term of rule.suffix) collectUnsafeVars(term, safe, unsafe);
  if (rule.key !== undefined) collectUnsafeVars(rule.key, safe, unsafe);
  collectUnsafeVars(rule.value, safe, unsafe);
  const names = context.namesOf(rule);
  for (const [name, loc] of unsafe) {
    const shown = names.userName(name);
    if (isGenerated(shown)) continue;
    context.report('rego_unsafe_var_error', loc, `var ${shown} is unsafe`, { hint: 'bind the variable in the body' });
  }
}
