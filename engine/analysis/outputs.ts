// Which variables an expression binds when it is evaluated, given those that are bound already.
// Unification binds both ways; a call binds what its result is unified with; a reference binds the variables in its operands.
// The order that follows from it is in order-bodies.ts.
import type { Body, CallExpr, Expr, RefTerm, Term } from '../ast/nodes.ts';
import type { AnalysisContext } from './context.ts';
import { entryOf, isOperator } from './terms.ts';
import {
  collectTerm,
  collectTerms,
  collectWith,
  type KnownNames,
  NameList,
  type Names,
  SAFETY,
  SKIP_CLOSURES,
  SKIP_OBJECT_KEYS,
  SKIP_REF_HEAD,
  SKIP_SETS,
} from './variables.ts';

const PATTERN = SKIP_REF_HEAD | SKIP_OBJECT_KEYS | SKIP_CLOSURES;
const RESULT = PATTERN | SKIP_SETS;

/** The variables that a pattern gets from a value it is unified with. */
export function collectPattern(term: Term, out: Names): void {
  if (term.kind === 'var' || term.kind === 'array' || term.kind === 'object') collectTerm(term, PATTERN, out);
}

function isHeadSafe(ref: RefTerm, safe: KnownNames): boolean {
  const head = ref.head;
  if (head.kind === 'var') return head.name === 'data' || head.name === 'input' || safe.has(head.name);
  const names = new NameList();
  // What a comprehension needs is asked where it stands; its own variables are no one else's.
  collectTerm(head, head.kind === 'call' ? SAFETY : SKIP_CLOSURES, names);
  return names.names.every((name) => safe.has(name) || name === 'data' || name === 'input');
}

/** Adds the variables in the operands of references whose head is bound. */
function collectReferences(term: Term, safe: KnownNames, out: Names): void {
  switch (term.kind) {
    case 'ref':
      if (!isHeadSafe(term, safe)) return;
      collectTerms(term.operands, SKIP_REF_HEAD, out);
      collectReferences(term.head, safe, out);
      for (const operand of term.operands) collectReferences(operand, safe, out);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) collectReferences(item, safe, out);
      return;
    case 'object':
      for (const entry of term.entries) {
        collectReferences(entry.key, safe, out);
        collectReferences(entry.value, safe, out);
      }
      return;
    case 'call':
      for (const arg of term.args) collectReferences(arg, safe, out);
      return;
    default:
      return;
  }
}

/** Unification of two terms: which variables does it bind? */
class Unifier {
  private readonly safe: KnownNames;
  readonly unified: Set<string>;
  /** Variables that would be bound if all of those they wait for were. */
  private waiting: Map<string, Set<string>> | undefined;

  constructor(safe: KnownNames, unified: Set<string>) {
    this.safe = safe;
    this.unified = unified;
  }

  private isSafe(name: string): boolean {
    return this.unified.has(name) || this.safe.has(name);
  }

  private known(ref: RefTerm): boolean {
    if (isHeadSafe(ref, this.safe)) return true;
    return ref.head.kind === 'var' && this.unified.has(ref.head.name);
  }

  private callKnown(term: Term): boolean {
    const names = new NameList();
    collectTerm(term, SAFETY, names);
    return names.names.every((name) => this.isSafe(name) || name === 'data' || name === 'input');
  }

  unify(a: Term, b: Term): void {
    switch (a.kind) {
      case 'var':
        this.unifyVar(a.name, b);
        return;
      case 'ref':
        if (this.known(a)) this.bindFrom(b);
        return;
      case 'call':
        if (this.callKnown(a)) this.bindFrom(b);
        return;
      case 'arraycomprehension':
        if (b.kind === 'var' || b.kind === 'array') this.bindFrom(b);
        return;
      case 'objectcomprehension':
        if (b.kind === 'var' || b.kind === 'object') this.bindFrom(b);
        return;
      case 'array':
        if (b.kind === 'array') {
          if (a.items.length === b.items.length) {
            a.items.forEach((item, i) => this.unify(item, b.items[i] as Term));
          }
        } else if (b.kind === 'arraycomprehension') this.bindAll(a);
        else this.unifyComposite(a, b);
        return;
      case 'object':
        if (b.kind === 'object') {
          if (a.entries.length !== b.entries.length) return;
          for (const entry of a.entries) {
            const other = entryOf(b.entries, entry.key);
            if (other !== undefined) this.unify(entry.value, other);
          }
        } else if (b.kind === 'objectcomprehension') this.bindAll(a);
        else this.unifyComposite(a, b);
        return;
      default:
        if (b.kind === 'var') this.bind(b.name);
    }
  }

  private unifyVar(a: string, b: Term): void {
    switch (b.kind) {
      case 'var':
        if (this.isSafe(b.name)) this.bind(a);
        else if (this.isSafe(a)) this.bind(b.name);
        else {
          this.wait(a, b.name);
          this.wait(b.name, a);
        }
        return;
      case 'array':
      case 'object':
        this.unifyAll(a, b);
        return;
      case 'ref':
        if (this.known(b)) this.bind(a);
        return;
      case 'call':
        if (this.callKnown(b)) this.bind(a);
        return;
      default:
        this.bind(a);
    }
  }

  private unifyComposite(a: Term, b: Term): void {
    if (b.kind === 'var') this.unifyAll(b.name, a);
    else if (b.kind === 'ref') {
      if (this.known(b)) this.bindAll(a);
    } else if (b.kind === 'call') {
      if (this.callKnown(b)) this.bindAll(a);
    }
  }

  /** The other side is known: bind this one where it is a pattern. */
  private bindFrom(term: Term): void {
    if (term.kind === 'var') this.bind(term.name);
    else if (term.kind === 'array' || term.kind === 'object') this.bindAll(term);
  }

  private bindAll(term: Term): void {
    const names = new NameList();
    collectTerm(term, PATTERN, names);
    for (const name of names.names) this.bind(name);
  }

  private unifyAll(name: string, composite: Term): void {
    if (this.isSafe(name)) {
      this.bindAll(composite);
      return;
    }
    const names = new NameList();
    collectTerm(composite, PATTERN, names);
    const unknown = names.names.filter((inner) => !this.isSafe(inner));
    if (unknown.length === 0) this.bind(name);
    else for (const inner of unknown) this.wait(name, inner);
  }

  private wait(name: string, dependency: string): void {
    this.waiting ??= new Map();
    const dependencies = this.waiting.get(name);
    if (dependencies === undefined) this.waiting.set(name, new Set([dependency]));
    else dependencies.add(dependency);
  }

  private bind(name: string): void {
    this.unified.add(name);
    if (this.waiting === undefined) return;
    const dependencies = this.waiting.get(name);
    if (dependencies !== undefined) {
      this.waiting.delete(name);
      for (const dependency of dependencies) this.bind(dependency);
    }
    for (const [waiter, pending] of this.waiting) {
      if (pending.delete(name) && pending.size === 0) this.bind(waiter);
    }
  }
}

/** Whether the variables in an expression's `with` values are all bound. */
function modifiersSafe(expr: Expr, safe: KnownNames): boolean {
  if (expr.with.length === 0) return true;
  const names = new NameList();
  for (const modifier of expr.with) collectWith(modifier, SAFETY, names);
  return names.names.every((name) => safe.has(name) || name === 'data' || name === 'input');
}

function equalityOutputs(expr: CallExpr, safe: KnownNames, out: Set<string>): void {
  const [left, right] = expr.args;
  if (left === undefined || right === undefined || expr.args.length !== 2) return;
  collectReferences(left, safe, out);
  collectReferences(right, safe, out);
  new Unifier(safe, out).unify(left, right);
}

function callOutputs(expr: CallExpr, safe: KnownNames, out: Set<string>, context: AnalysisContext): void {
  const arity = context.arity(expr.operator);
  if (arity === undefined) return;
  for (const arg of expr.args) collectReferences(arg, safe, out);
  if (expr.args.length <= arity) return;
  const inputs = new NameList();
  for (let i = 0; i < arity; i++) collectTerm(expr.args[i] as Term, RESULT, inputs);
  for (const name of inputs.names) {
    if (!out.has(name) && !safe.has(name)) {
      out.clear();
      return;
    }
  }
  for (let i = arity; i < expr.args.length; i++) collectTerm(expr.args[i] as Term, RESULT, out);
}

/** Adds to `out` what the expression binds. Variables that are safe already may be among them. */
export function collectOutputs(expr: Expr, safe: KnownNames, out: Set<string>, context: AnalysisContext): void {
  if (expr.kind === 'termexpr' || expr.kind === 'callexpr') {
    if (expr.negated || !modifiersSafe(expr, safe)) return;
    if (expr.kind === 'termexpr') collectReferences(expr.term, safe, out);
    else if (isOperator(expr.operator, 'eq')) equalityOutputs(expr, safe, out);
    else callOutputs(expr, safe, out, context);
  } else if (expr.kind === 'every') {
    if (!expr.negated && modifiersSafe(expr, safe)) collectReferences(expr.domain, safe, out);
  }
}

/** Adds to `known` what a body binds when it is evaluated in the order it stands in. */
export function addBodyOutputs(body: Body, known: KnownNames & Names, context: AnalysisContext): void {
  for (const expr of body) addOutputs(expr, known, context);
}

/** Adds to `known` what an expression binds. */
export function addOutputs(expr: Expr, known: KnownNames & Names, context: AnalysisContext): void {
  const outputs = new Set<string>();
  collectOutputs(expr, known, outputs, context);
  for (const name of outputs) known.add(name);
}
