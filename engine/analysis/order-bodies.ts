// Pass: every body is put into an order in which variables are bound before they are needed; those that cannot be are unsafe.
// The order stays as close to the source as it can: an expression goes in as soon as it is safe.
import type { Body, Expr, Loc, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_CLOSURE, type LocalNames } from './context.ts';
import { type CoreRule, isGenerated } from './core.ts';
import { withBody } from './lower-rules.ts';
import { collectOutputs } from './outputs.ts';
import { mapExpr, mapTerm } from './rewriting.ts';
import { isOperator, isScalar } from './terms.ts';
import {
  collectBody,
  collectClosureExpr,
  collectExpr,
  collectTerm,
  collectTerms,
  exprHasClosure,
  NameList,
  SAFETY,
} from './variables.ts';

const noNames: readonly string[] = [];

/** Unsafe variables by the expression they stand in. */
type Unsafe = Map<Expr, Set<string>>;

function addUnsafe(unsafe: Unsafe, expr: Expr, name: string): void {
  const names = unsafe.get(expr);
  if (names === undefined) unsafe.set(expr, new Set([name]));
  else names.add(name);
}

function isRoot(name: string): boolean {
  return name === 'data' || name === 'input';
}

/** An expression of the body being ordered. */
interface Pending {
  readonly expr: Expr;
  /** Its variables outside of closures. */
  readonly needs: readonly string[];
  /** The variables of its closures that the body has too. */
  readonly closed: readonly string[];
}

const noOutputs: ReadonlySet<string> = new Set();

function isSatisfied(item: Pending, safe: ReadonlySet<string>, outputs: ReadonlySet<string>): boolean {
  const known = (name: string): boolean => safe.has(name) || outputs.has(name) || isRoot(name);
  return item.needs.every(known) && item.closed.every(known);
}

function withoutClosures(expr: Expr): Pending {
  const needs = new NameList();
  collectExpr(expr, SAFETY, needs);
  return { expr, needs: needs.names, closed: noNames };
}

function sameOrder(a: Body, b: Body): boolean {
  return a.length === b.length && a.every((expr, i) => expr === b[i]);
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  for (const name of a) if (!b.has(name)) return false;
  return true;
}

class BodyOrderer {
  private readonly context: AnalysisContext;
  private readonly unsafe: Unsafe;

  constructor(context: AnalysisContext, unsafe: Unsafe) {
    this.context = context;
    this.unsafe = unsafe;
  }

  /** Orders a body in which the variables of `globals` are bound from outside. When it cannot be, it is given back as it was and `unsafe` holds why. */
  order(body: Body, globals: ReadonlySet<string>, closures: boolean): Body {
    const safe = new Set(globals);
    const withClosures = closures && body.some(exprHasClosure);
    let remaining = withClosures ? this.pending(body, globals) : body.map(withoutClosures);
    const ordered: Expr[] = [];
    for (;;) {
      const deferred: Pending[] = [];
      for (const item of remaining) {
        if (this.accept(item, safe)) ordered.push(item.expr);
        else deferred.push(item);
      }
      const stuck = deferred.length === remaining.length;
      remaining = deferred;
      if (stuck || deferred.length === 0) break;
    }
    if (remaining.length > 0) this.blameAll(remaining, safe);
    const result = withClosures ? this.orderClosures(ordered, globals) : ordered;
    if (remaining.length > 0) return body;
    return sameOrder(body, result) ? body : result;
  }

  /**
   * Notes why expressions are not safe. As in OPA, a unification right after a faulty call takes the call's result as bound, so that
   * `x := f({y})` is the fault of y alone.
   */
  private blameAll(items: readonly Pending[], safe: ReadonlySet<string>): void {
    const assumed = new Set(safe);
    let blamed = items;
    for (;;) {
      const rest: Pending[] = [];
      let result = new Set<string>();
      for (const item of blamed) {
        const { expr } = item;
        const outputs = new Set<string>(result);
        collectOutputs(expr, assumed, outputs, this.context);
        const isEquality = expr.kind === 'callexpr' && isOperator(expr.operator, 'eq');
        if (isEquality && result.size > 0 && isSatisfied(item, assumed, outputs)) {
          for (const name of outputs) assumed.add(name);
        } else if (!isSatisfied(item, assumed, noOutputs)) {
          rest.push(item);
        }
        result = expr.kind === 'callexpr' && !isEquality ? outputs : new Set();
      }
      if (rest.length === blamed.length) break;
      blamed = rest;
    }
    for (const item of blamed) this.blame(item, assumed);
  }

  /** Notes the variables that keep an expression from being safe. What the expression itself would bind is not its fault. */
  private blame(item: Pending, safe: ReadonlySet<string>): void {
    const outputs = new Set<string>();
    collectOutputs(item.expr, safe, outputs, this.context);
    const excused = this.isSelfClosing(item, safe, outputs) ? safe : outputs;
    const missing = (name: string): boolean => !safe.has(name) && !excused.has(name) && !isRoot(name);
    // What a closure lacks comes first: the rest of the expression may be in order once the closure is.
    const closed = item.closed.filter(missing);
    for (const name of closed.length > 0 ? closed : item.needs.filter(missing)) addUnsafe(this.unsafe, item.expr, name);
  }

  private pending(body: Body, globals: ReadonlySet<string>): Pending[] {
    const bodyNames = new Set<string>();
    collectBody(body, SAFETY, bodyNames);
    return body.map((expr) => {
      const item = withoutClosures(expr);
      if (!exprHasClosure(expr)) return item;
      const inClosures = new Set<string>();
      collectClosureExpr(expr, inClosures);
      const closed = [...inClosures].filter((name) => bodyNames.has(name) && !globals.has(name) && !isRoot(name));
      return { ...item, closed };
    });
  }

  /** Whether the expression is safe now; then what it binds is added to `safe`. */
  private accept(item: Pending, safe: Set<string>): boolean {
    let missing = false;
    for (const name of item.needs) {
      if (!safe.has(name) && !isRoot(name)) {
        missing = true;
        break;
      }
    }
    if (!missing && item.closed.every((name) => safe.has(name))) return true;
    const outputs = new Set<string>();
    collectOutputs(item.expr, safe, outputs, this.context);
    if (this.isSelfClosing(item, safe, outputs)) return false;
    for (const name of item.closed) if (!safe.has(name) && !outputs.has(name)) return false;
    for (const name of item.needs) {
      if (!safe.has(name) && !outputs.has(name) && !isRoot(name)) return false;
    }
    for (const name of outputs) safe.add(name);
    return true;
  }

  /** Whether an expression binds just what its own closure closes over: `x = [y | y = x]`. */
  private isSelfClosing(item: Pending, safe: ReadonlySet<string>, outputs: ReadonlySet<string>): boolean {
    if (item.closed.length === 0) return false;
    const open = new Set(item.closed.filter((name) => !safe.has(name)));
    if (open.size === 0) return false;
    return sameNames(open, new Set([...outputs].filter((name) => !safe.has(name))));
  }

  /** Orders the bodies in the closures of an ordered body; each sees the variables of the expressions before it. */
  private orderClosures(ordered: readonly Expr[], globals: ReadonlySet<string>): Body {
    const visible = new Set(globals);
    return ordered.map((expr) => {
      const result = exprHasClosure(expr) ? this.closuresOf(expr, visible) : expr;
      collectExpr(expr, SAFETY, visible);
      return result;
    });
  }

  private closuresOf(expr: Expr, visible: ReadonlySet<string>): Expr {
    const inTerm = (term: Term): Term => {
      switch (term.kind) {
        case 'arraycomprehension':
        case 'setcomprehension': {
          const body = this.closure(expr, [term.term], term.body, visible);
          return body === term.body ? term : { ...term, body };
        }
        case 'objectcomprehension': {
          const body = this.closure(expr, [term.key, term.value], term.body, visible);
          return body === term.body ? term : { ...term, body };
        }
        default:
          return mapTerm(term, inTerm, (body) => body);
      }
    };
    let inside = visible;
    if (expr.kind === 'every') {
      const names = new Set(visible);
      if (expr.key !== undefined) collectTerm(expr.key, 0, names);
      collectTerm(expr.value, 0, names);
      inside = names;
    }
    // A `not` without braces is one expression to the user: faults in it are faults of the whole.
    if (expr.kind === 'not' && !expr.explicitBody)
      return mapExpr(expr, inTerm, (body) => this.bare(expr, body, inside));
    return mapExpr(expr, inTerm, (body) => this.closure(expr, [], body, inside));
  }

  private bare(current: Expr, body: Body, visible: ReadonlySet<string>): Body {
    const unsafe: Unsafe = new Map();
    const ordered = new BodyOrderer(this.context, unsafe).order(body, visible, true);
    for (const names of unsafe.values()) for (const name of names) addUnsafe(this.unsafe, current, name);
    return ordered;
  }

  private closure(current: Expr, heads: readonly Term[], body: Body, visible: ReadonlySet<string>): Body {
    if (heads.length > 0) {
      const inHead = new NameList();
      collectTerms(heads, 0, inHead);
      const bound = new Set(visible);
      collectBody(body, SAFETY, bound);
      for (const name of inHead.names) if (!bound.has(name) && !isRoot(name)) addUnsafe(this.unsafe, current, name);
    }
    return this.order(body, visible, true);
  }
}

/** Keywords a v0 module must import; without the import they read as variables. */
const futureKeywords: ReadonlySet<string> = new Set(['in', 'every', 'contains', 'if', 'not', 'and', 'or']);

function isBefore(a: Loc, b: Loc): boolean {
  return a.row !== b.row ? a.row < b.row : a.col < b.col;
}

function reportUnsafe(unsafe: Unsafe, names: LocalNames, context: AnalysisContext): void {
  const places = new Map<string, Loc>();
  for (const [expr, variables] of unsafe) {
    for (const name of variables) {
      const earlier = places.get(name);
      if (earlier === undefined || isBefore(expr.loc, earlier)) places.set(name, expr.loc);
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
  const inOrder = [...unsafe].sort(([a], [b]) => (isBefore(a.loc, b.loc) ? -1 : isBefore(b.loc, a.loc) ? 1 : 0));
  for (const [expr, variables] of inOrder) {
    const before = seen.size;
    for (const name of variables) seen.add(name);
    if (seen.size > before) context.report('rego_unsafe_var_error', expr.loc, 'expression is unsafe');
  }
}

/** Orders a body and reports what is unsafe in it; an unsafe body is given back as it was. */
export function orderBody(body: Body, globals: ReadonlySet<string>, names: LocalNames, context: AnalysisContext): Body {
  const unsafe: Unsafe = new Map();
  const ordered = new BodyOrderer(context, unsafe).order(body, globals, (names.features & HAS_CLOSURE) !== 0);
  if (unsafe.size === 0) return ordered;
  reportUnsafe(unsafe, names, context);
  return body;
}

const noGlobals: ReadonlySet<string> = new Set();

/** Orders the body of a rule. */
export function orderRule(rule: CoreRule, context: AnalysisContext): CoreRule {
  let globals = noGlobals;
  if (rule.args.length > 0) {
    const inArgs = new Set<string>();
    collectTerms(rule.args, 0, inArgs);
    globals = inArgs;
  }
  const body = orderBody(rule.body, globals, context.namesOf(rule), context);
  return body === rule.body ? rule : withBody(rule, body);
}

/** The variables of a head term that are not safe, with their places. */
function collectUnsafeVars(term: Term, safe: ReadonlySet<string>, out: Map<string, Loc>): void {
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

/** Reports variables of a head that stand neither in the arguments nor in the body. */
export function checkHeadSafety(rule: CoreRule, context: AnalysisContext): void {
  if ((rule.key === undefined || isScalar(rule.key)) && isScalar(rule.value) && rule.suffix.every(isScalar)) return;
  const safe = new Set<string>();
  collectBody(rule.body, SAFETY, safe);
  collectTerms(rule.args, 0, safe);
  const unsafe = new Map<string, Loc>();
  for (const term of rule.suffix) collectUnsafeVars(term, safe, unsafe);
  if (rule.key !== undefined) collectUnsafeVars(rule.key, safe, unsafe);
  collectUnsafeVars(rule.value, safe, unsafe);
  const names = context.namesOf(rule);
  for (const [name, loc] of unsafe) {
    const shown = names.userName(name);
    if (!isGenerated(shown)) context.report('rego_unsafe_var_error', loc, `var ${shown} is unsafe`);
  }
}
