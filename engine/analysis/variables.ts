// Collecting variables of terms, expressions and bodies, with the exceptions the passes ask for.
// What an expression binds is in outputs.ts.
import type { Body, Expr, RefTerm, Term, With } from '../ast/nodes.ts';

/** Do not count the head of a reference. */
export const SKIP_REF_HEAD = 1;
/** Do not count the head of a call's operator (nor of a `with` target). */
export const SKIP_CALL_HEAD = 2;
/** Do not look into comprehensions, nor into the bodies of `every`, `not`, `and`, `or`. */
export const SKIP_CLOSURES = 4;
export const SKIP_SETS = 8;
export const SKIP_OBJECT_KEYS = 16;

/** What safety asks for. */
export const SAFETY = SKIP_CALL_HEAD | SKIP_CLOSURES;

/** Where variables are collected: a Set, or an array that may hold a name twice. */
export interface Names {
  add(name: string): unknown;
}

/** Names that something is known of. */
export interface KnownNames {
  has(name: string): boolean;
}

/** Names on top of others, so that an inner body adds its own without copying those around it. */
export class LayeredNames implements Names, KnownNames {
  private readonly outer: KnownNames;
  private own: Set<string> | undefined;

  constructor(outer: KnownNames) {
    this.outer = outer;
  }

  has(name: string): boolean {
    return this.own?.has(name) === true || this.outer.has(name);
  }

  add(name: string): void {
    (this.own ??= new Set()).add(name);
  }
}

/** What is known inside of an expression's bodies: with `every`, its key and value too. */
export function knownInside(expr: Expr, known: KnownNames): KnownNames {
  if (expr.kind !== 'every') return known;
  const names = new LayeredNames(known);
  if (expr.key !== undefined) collectTerm(expr.key, 0, names);
  collectTerm(expr.value, 0, names);
  return names;
}

/** A growing list of names, cheaper than a Set for the few variables of an expression. */
export class NameList implements Names {
  readonly names: string[] = [];
  add(name: string): void {
    this.names.push(name);
  }
}

export function collectTerm(term: Term, skip: number, out: Names): void {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return;
    case 'var':
      out.add(term.name);
      return;
    case 'ref':
      if ((skip & SKIP_REF_HEAD) === 0) collectTerm(term.head, skip, out);
      collectTerms(term.operands, skip, out);
      return;
    case 'set':
      if ((skip & SKIP_SETS) !== 0) return;
      collectTerms(term.items, skip, out);
      return;
    case 'array':
      collectTerms(term.items, skip, out);
      return;
    case 'object':
      for (const entry of term.entries) {
        if ((skip & SKIP_OBJECT_KEYS) === 0) collectTerm(entry.key, skip, out);
        collectTerm(entry.value, skip, out);
      }
      return;
    case 'call':
      collectOperator(term.operator, skip, out);
      collectTerms(term.args, skip, out);
      return;
    case 'arraycomprehension':
    case 'setcomprehension':
      if ((skip & SKIP_CLOSURES) !== 0) return;
      collectTerm(term.term, skip, out);
      collectBody(term.body, skip, out);
      return;
    case 'objectcomprehension':
      if ((skip & SKIP_CLOSURES) !== 0) return;
      collectTerm(term.key, skip, out);
      collectTerm(term.value, skip, out);
      collectBody(term.body, skip, out);
      return;
    case 'templatestring':
      for (const part of term.parts) if (part.kind !== 'string') collectExpr(part, skip, out);
      return;
  }
}

export function collectTerms(terms: readonly Term[], skip: number, out: Names): void {
  for (const term of terms) collectTerm(term, skip, out);
}

function collectOperator(operator: RefTerm, skip: number, out: Names): void {
  if ((skip & (SKIP_CALL_HEAD | SKIP_REF_HEAD)) === 0) collectTerm(operator.head, skip, out);
  collectTerms(operator.operands, skip, out);
}

export function collectWith(modifier: With, skip: number, out: Names): void {
  if ((skip & SKIP_CALL_HEAD) === 0) {
    collectTerm(modifier.target, skip, out);
    collectTerm(modifier.value, skip, out);
    return;
  }
  collectTerms(modifier.target.operands, skip, out);
  if (modifier.value.kind === 'ref') collectTerms(modifier.value.operands, skip, out);
  else collectTerm(modifier.value, skip, out);
}

export function collectExpr(expr: Expr, skip: number, out: Names): void {
  switch (expr.kind) {
    case 'termexpr':
      collectTerm(expr.term, skip, out);
      break;
    case 'callexpr':
      collectOperator(expr.operator, skip, out);
      collectTerms(expr.args, skip, out);
      break;
    case 'some':
      collectTerms(expr.symbols, skip, out);
      break;
    case 'every':
      if ((skip & SKIP_CLOSURES) !== 0) {
        collectTerm(expr.domain, skip, out);
        break;
      }
      if (expr.key !== undefined) collectTerm(expr.key, skip, out);
      collectTerm(expr.value, skip, out);
      collectTerm(expr.domain, skip, out);
      collectBody(expr.body, skip, out);
      break;
    case 'not':
      if ((skip & SKIP_CLOSURES) === 0) collectBody(expr.body, skip, out);
      break;
    case 'and':
    case 'or':
      if ((skip & SKIP_CLOSURES) === 0) {
        collectBody(expr.left, skip, out);
        collectBody(expr.right, skip, out);
      }
      break;
  }
  for (const modifier of expr.with) collectWith(modifier, skip, out);
}

export function collectBody(body: Body, skip: number, out: Names): void {
  for (const expr of body) collectExpr(expr, skip, out);
}

/** The variables of a term. */
export function variablesOf(term: Term, skip: number): Set<string> {
  const out = new Set<string>();
  collectTerm(term, skip, out);
  return out;
}

/** Collects the variables that stand within closures of a term: comprehensions, whole. */
export function collectClosureTerm(term: Term, out: Names): void {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return;
    case 'ref':
      collectClosureTerm(term.head, out);
      for (const operand of term.operands) collectClosureTerm(operand, out);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) collectClosureTerm(item, out);
      return;
    case 'object':
      for (const entry of term.entries) {
        collectClosureTerm(entry.key, out);
        collectClosureTerm(entry.value, out);
      }
      return;
    case 'call':
      for (const arg of term.args) collectClosureTerm(arg, out);
      return;
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
      collectTerm(term, 0, out);
      return;
    case 'templatestring':
      for (const part of term.parts) if (part.kind !== 'string') collectClosureExpr(part, out);
      return;
  }
}

/** Collects the variables that stand within closures of an expression; of an `every`, those of its body alone. */
export function collectClosureExpr(expr: Expr, out: Names): void {
  switch (expr.kind) {
    case 'termexpr':
      collectClosureTerm(expr.term, out);
      break;
    case 'callexpr':
      for (const arg of expr.args) collectClosureTerm(arg, out);
      break;
    case 'some':
      for (const symbol of expr.symbols) collectClosureTerm(symbol, out);
      break;
    case 'every':
    case 'not':
      collectBody(expr.body, 0, out);
      return;
    case 'and':
    case 'or':
      collectBody(expr.left, 0, out);
      collectBody(expr.right, 0, out);
      return;
  }
  for (const modifier of expr.with) {
    collectClosureTerm(modifier.target, out);
    collectClosureTerm(modifier.value, out);
  }
}

/** Whether a term holds a comprehension. */
export function hasClosure(term: Term): boolean {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return false;
    case 'ref':
      return hasClosure(term.head) || term.operands.some(hasClosure);
    case 'array':
    case 'set':
      return term.items.some(hasClosure);
    case 'object':
      return term.entries.some((entry) => hasClosure(entry.key) || hasClosure(entry.value));
    case 'call':
      return term.args.some(hasClosure);
    case 'arraycomprehension':
    case 'setcomprehension':
    case 'objectcomprehension':
    case 'templatestring':
      return true;
  }
}

/** Whether an expression holds a comprehension or a nested body. */
export function exprHasClosure(expr: Expr): boolean {
  switch (expr.kind) {
    case 'termexpr':
      if (hasClosure(expr.term)) return true;
      break;
    case 'callexpr':
      if (expr.args.some(hasClosure)) return true;
      break;
    case 'some':
      if (expr.symbols.some(hasClosure)) return true;
      break;
    case 'every':
    case 'not':
    case 'and':
    case 'or':
      return true;
  }
  return expr.with.some((modifier) => hasClosure(modifier.value));
}
