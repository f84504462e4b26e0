// Pass: every body is put into an order in which variables are bound before they are needed; those that cannot be are unsafe.
// The order stays as close to the source as it can: an expression goes in as soon as it is safe.
import type { Body, Expr, Term } from '../ast/nodes.ts';
import { type AnalysisContext, HAS_CLOSURE, type LocalNames } from './context.ts';
import type { CoreRule } from './core.ts';
import { withBody } from './lower-rules.ts';
import { collectOutputs } from './outputs.ts';
import { PassQueue } from './pass-queue.ts';
import { addUnsafe, reportUnsafe, type Unsafe } from './report-unsafe.ts';
import { mapExpr, mapTerm } from './rewriting.ts';
import { isOperator } from './terms.ts';
import {
  collectBody,
  collectClosureExpr,
  collectExpr,
  collectTerm,
  collectTerms,
  exprHasClosure,
  type KnownNames,
  LayeredNames,
  NameList,
  type Names,
  SAFETY,
} from './variables.ts';

const noNames: readonly string[] = [];

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
const noPending: readonly Pending[] = [];

function isKnown(names: readonly string[], safe: KnownNames, outputs: ReadonlySet<string>): boolean {
  for (const name of names) if (!safe.has(name) && !outputs.has(name) && !isRoot(name)) return false;
  return true;
}

function isSatisfied(item: Pending, safe: KnownNames, outputs: ReadonlySet<string>): boolean {
  return isKnown(item.needs, safe, outputs) && isKnown(item.closed, safe, outputs);
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

/** The expressions of a body that have to wait for variables. */
class Deferred {
  private readonly items: readonly Pending[];
  private readonly queue: PassQueue;
  /** By variable, the indices of the expressions that lacked it when they were last tried. */
  private readonly waiting = new Map<string, number[]>();
  private readonly open = new Set<number>();

  constructor(items: readonly Pending[]) {
    this.items = items;
    this.queue = new PassQueue(items.length);
  }

  /** Notes that an expression is not safe yet. */
  wait(index: number, safe: KnownNames): void {
    this.open.add(index);
    const item = this.items[index] as Pending;
    for (const names of [item.needs, item.closed]) {
      for (const name of names) {
        if (safe.has(name) || isRoot(name)) continue;
        const others = this.waiting.get(name);
        if (others === undefined) this.waiting.set(name, [index]);
        else if (others.at(-1) !== index) others.push(index);
      }
    }
  }

  /** Variables have been bound by the expression tried at a position: those waiting for them are due. */
  wake(names: Iterable<string>, position: number): void {
    if (this.open.size === 0) return;
    for (const name of names) {
      for (const index of this.waiting.get(name) ?? noIndices)
        if (this.open.has(index)) this.queue.add(index, position);
      this.waiting.delete(name);
    }
  }

  next(): number | undefined {
    return this.queue.pop();
  }

  done(index: number): void {
    this.open.delete(index);
  }

  left(): readonly Pending[] {
    return [...this.open].sort((a, b) => a - b).map((index) => this.items[index] as Pending);
  }
}

const noIndices: readonly number[] = [];

/** Whether a body without closures stands in order already, as most do. */
function isOrdered(body: Body, globals: KnownNames, context: AnalysisContext): boolean {
  const safe = new LayeredNames(globals);
  const needs = new UnknownNames(safe);
  for (const expr of body) {
    needs.names = NO_NAMES;
    collectExpr(expr, SAFETY, needs);
    if (needs.names.length === 0) continue;
    const outputs = new Set<string>();
    collectOutputs(expr, safe, outputs, context);
    for (const name of needs.names) if (!outputs.has(name)) return false;
    for (const name of outputs) safe.add(name);
  }
  return true;
}

/** Keeps the names that are not known. */
class UnknownNames implements Names {
  names: string[] = NO_NAMES;
  private readonly known: KnownNames;

  constructor(known: KnownNames) {
    this.known = known;
  }

  add(name: string): void {
    if (isRoot(name) || this.known.has(name)) return;
    if (this.names === NO_NAMES) this.names = [name];
    else this.names.push(name);
  }
}

/** Never changed. */
const NO_NAMES: string[] = [];

class BodyOrderer {
  private readonly context: AnalysisContext;
  private readonly unsafe: Unsafe;
  /** What the expression accepted last has bound. */
  private bound: ReadonlySet<string> = noOutputs;

  constructor(context: AnalysisContext, unsafe: Unsafe) {
    this.context = context;
    this.unsafe = unsafe;
  }

  /** Orders a body in which the variables of `globals` are bound from outside. When it cannot be, it is given back as it was and `unsafe` holds why. */
  order(body: Body, globals: KnownNames, closures: boolean): Body {
    const withClosures = closures && body.some(exprHasClosure);
    if (!withClosures && isOrdered(body, globals, this.context)) return body;
    const safe = new LayeredNames(globals);
    const items = withClosures ? this.pending(body, globals) : body.map(withoutClosures);
    const ordered: Expr[] = [];
    let deferred: Deferred | undefined;
    for (let index = 0; index < items.length; index++) {
      const item = items[index] as Pending;
      if (this.accept(item, safe)) {
        ordered.push(item.expr);
        deferred?.wake(this.bound, index);
      } else (deferred ??= new Deferred(items)).wait(index, safe);
    }
    const remaining = deferred === undefined ? noPending : this.orderDeferred(deferred, items, ordered, safe);
    if (remaining.length > 0) this.blameAll(remaining, safe);
    const result = withClosures ? this.orderClosures(ordered, globals) : ordered;
    if (remaining.length > 0) return body;
    return sameOrder(body, result) ? body : result;
  }

  /** Adds what had to wait to `ordered`; gives back what waits for ever. */
  private orderDeferred(
    deferred: Deferred,
    items: readonly Pending[],
    ordered: Expr[],
    safe: LayeredNames,
  ): readonly Pending[] {
    for (let position = deferred.next(); position !== undefined; position = deferred.next()) {
      const item = items[position % items.length] as Pending;
      if (this.accept(item, safe)) {
        ordered.push(item.expr);
        deferred.done(position % items.length);
        deferred.wake(this.bound, position);
      } else deferred.wait(position % items.length, safe);
    }
    return deferred.left();
  }

  /**
   * Notes why expressions are not safe. As in OPA, a unification right after a faulty call takes the call's result as bound, so that
   * `x := f({y})` is the fault of y alone.
   */
  private blameAll(items: readonly Pending[], safe: KnownNames): void {
    const assumed = new LayeredNames(safe);
    let blamed = items;
    for (;;) {
      const rest: Pending[] = [];
      let result = new Set<string>();
      for (const item of blamed) {
        const { expr } = item;
        const isEquality = expr.kind === 'callexpr' && isOperator(expr.operator, 'eq');
        const outputs = new Set<string>(isEquality ? result : noOutputs);
        collectOutputs(expr, assumed, outputs, this.context);
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
  private blame(item: Pending, safe: KnownNames): void {
    const outputs = new Set<string>();
    collectOutputs(item.expr, safe, outputs, this.context);
    const excused = this.isSelfClosing(item, safe, outputs) ? safe : outputs;
    const missing = (name: string): boolean => !safe.has(name) && !excused.has(name) && !isRoot(name);
    // What a closure lacks comes first: the rest of the expression may be in order once the closure is.
    const closed = item.closed.filter(missing);
    for (const name of closed.length > 0 ? closed : item.needs.filter(missing)) addUnsafe(this.unsafe, item.expr, name);
  }

  private pending(body: Body, globals: KnownNames): Pending[] {
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
  private accept(item: Pending, safe: LayeredNames): boolean {
    this.bound = noOutputs;
    if (isKnown(item.needs, safe, noOutputs) && item.closed.every((name) => safe.has(name))) return true;
    const outputs = new Set<string>();
    collectOutputs(item.expr, safe, outputs, this.context);
    if (this.isSelfClosing(item, safe, outputs)) return false;
    for (const name of item.closed) if (!safe.has(name) && !outputs.has(name)) return false;
    if (!isKnown(item.needs, safe, outputs)) return false;
    for (const name of outputs) safe.add(name);
    this.bound = outputs;
    return true;
  }

  /** Whether an expression binds just what its own closure closes over: `x = [y | y = x]`. */
  private isSelfClosing(item: Pending, safe: KnownNames, outputs: ReadonlySet<string>): boolean {
    if (item.closed.length === 0) return false;
    const open = new Set(item.closed.filter((name) => !safe.has(name)));
    if (open.size === 0) return false;
    return sameNames(open, new Set([...outputs].filter((name) => !safe.has(name))));
  }

  /** Orders the bodies in the closures of an ordered body; each sees the variables of the expressions before it. */
  private orderClosures(ordered: readonly Expr[], globals: KnownNames): Body {
    const visible = new LayeredNames(globals);
    return ordered.map((expr) => {
      const result = exprHasClosure(expr) ? this.closuresOf(expr, visible) : expr;
      collectExpr(expr, SAFETY, visible);
      return result;
    });
  }

  private closuresOf(expr: Expr, visible: KnownNames): Expr {
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
      const names = new LayeredNames(visible);
      if (expr.key !== undefined) collectTerm(expr.key, 0, names);
      collectTerm(expr.value, 0, names);
      inside = names;
    }
    // A `not` without braces is one expression to the user: faults in it are faults of the whole.
    if (expr.kind === 'not' && !expr.explicitBody)
      return mapExpr(expr, inTerm, (body) => this.bare(expr, body, inside));
    return mapExpr(expr, inTerm, (body) => this.closure(expr, [], body, inside));
  }

  private bare(current: Expr, body: Body, visible: KnownNames): Body {
    const unsafe: Unsafe = new Map();
    const ordered = new BodyOrderer(this.context, unsafe).order(body, visible, true);
    for (const names of unsafe.values()) for (const name of names) addUnsafe(this.unsafe, current, name);
    return ordered;
  }

  private closure(current: Expr, heads: readonly Term[], body: Body, visible: KnownNames): Body {
    if (heads.length > 0) {
      const inHead = new NameList();
      collectTerms(heads, 0, inHead);
      const bound = new LayeredNames(visible);
      collectBody(body, SAFETY, bound);
      for (const name of inHead.names) if (!bound.has(name) && !isRoot(name)) addUnsafe(this.unsafe, current, name);
    }
    return this.order(body, visible, true);
  }
}

/** Orders a body and reports what is unsafe in it; an unsafe body is given back as it was. */
export function orderBody(body: Body, globals: KnownNames, names: LocalNames, context: AnalysisContext): Body {
  const closures = (names.features & HAS_CLOSURE) !== 0;
  if (!closures && isOrdered(body, globals, context)) return body;
  const unsafe: Unsafe = new Map();
  const ordered = new BodyOrderer(context, unsafe).order(body, globals, closures);
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
