// Checks of bodies: each expression's closures, references and operands; variables get their types on the way.
// Left to others: heads of rules and what rules mean to each other (check.ts).
import type { Body, CallExpr, Expr, Term } from '../ast/nodes.ts';
import { isOperator, isScalar } from '../analysis/terms.ts';
import type { Rename } from '../analysis/message-text.ts';
import { refText } from '../analysis/message-text.ts';
import { checkRefs } from './check-refs.ts';
import { Scope } from './environment.ts';
import type { Environment } from './environment.ts';
import type { FunctionType, MaybeType } from './type.ts';
import { argumentFault, matchFault, plainFault, wantedArgs } from './faults.ts';
import type { Fault } from './faults.ts';
import { typeOfOperator, typeOfRef, typeOfTerm } from './term-types.ts';
import { isUnknown } from './type-algebra.ts';
import { unifies } from './unify.ts';
import { unifyTerm, unifyTerms } from './unify-terms.ts';

/** Checks a body in a scope of its own inside `outer`; faults are appended to `faults`. */
export function checkBody(
  outer: Scope,
  body: Body,
  rename: Rename,
  faults: Fault[],
  lenient = outer.lenient,
  inClosure = false,
): Scope {
  const scope = new Scope(outer.environment, outer, lenient, inClosure);
  for (const expr of body) checkExpr(scope, expr, rename, faults);
  return scope;
}

function checkExpr(scope: Scope, expr: Expr, rename: Rename, faults: Fault[]): void {
  const before = faults.length;
  checkClosures(scope, expr, rename, faults);
  checkRefs(scope, expr, rename, faults);
  const found = checkModifiers(scope, expr) ?? (expr.kind === 'callexpr' ? checkCall(scope, expr, rename) : undefined);
  // What isn't known because of a fault already reported is no fault of its own.
  if (found !== undefined && !(found.unknown && faults.length > before)) faults.push(found);
}

/**
 * Checks the comprehensions in an expression. Of several with faults, those of the last are reported; comprehensions
 * inside one without faults are checked once more on their own, as OPA does; not so inside of others, where the time would
 * double with each level.
 */
function checkClosures(scope: Scope, expr: Expr, rename: Rename, faults: Fault[]): void {
  if (!mayHaveClosures(expr)) return;
  let last: readonly Fault[] = [];
  eachClosure(expr, (body) => {
    const found: Fault[] = [];
    const inner = checkBody(scope, body, rename, found, scope.lenient, true);
    if (found.length === 0) {
      scope.remember(body, inner);
      return !scope.inClosure;
    }
    if (scope.lenient) scope.remember(body, undefined);
    last = found;
    return false;
  });
  faults.push(...last);
}

/** False for most expressions: calls of variables, scalars and references of these. */
function mayHaveClosures(expr: Expr): boolean {
  if (expr.kind === 'callexpr') {
    for (const arg of expr.args) if (termMayHaveClosures(arg)) return true;
  } else if (expr.kind !== 'termexpr' || termMayHaveClosures(expr.term)) {
    return true;
  }
  return expr.with.length > 0;
}

function termMayHaveClosures(term: Term): boolean {
  switch (term.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'var':
      return false;
    case 'ref': {
      if (term.head.kind !== 'var') return true;
      const { operands } = term;
      for (let i = 0; i < operands.length; i++) {
        const { kind } = operands[i]!;
        if (kind !== 'string' && kind !== 'var' && kind !== 'number') return true;
      }
      return false;
    }
    default:
      return true;
  }
}

/** Visits the bodies of comprehensions, outer ones first; looks inside where `visit` says so. */
function eachClosure(expr: Expr, visit: (body: Body) => boolean): void {
  switch (expr.kind) {
    case 'termexpr':
      closuresInTerm(expr.term, visit);
      break;
    case 'callexpr':
      for (const arg of expr.args) closuresInTerm(arg, visit);
      break;
    case 'some':
      break;
    case 'every':
      closuresInTerm(expr.domain, visit);
      for (const inner of expr.body) eachClosure(inner, visit);
      break;
    case 'not':
      for (const inner of expr.body) eachClosure(inner, visit);
      break;
    case 'and':
    case 'or':
      for (const inner of expr.left) eachClosure(inner, visit);
      for (const inner of expr.right) eachClosure(inner, visit);
      break;
  }
  for (const modifier of expr.with) closuresInTerm(modifier.value, visit);
}

function closuresInTerm(term: Term, visit: (body: Body) => boolean): void {
  switch (term.kind) {
    case 'ref':
      closuresInTerm(term.head, visit);
      for (const operand of term.operands) closuresInTerm(operand, visit);
      return;
    case 'array':
    case 'set':
      for (const item of term.items) closuresInTerm(item, visit);
      return;
    case 'object':
      for (const entry of term.entries) {
        closuresInTerm(entry.key, visit);
        closuresInTerm(entry.value, visit);
      }
      return;
    case 'arraycomprehension':
    case 'setcomprehension':
      if (!visit(term.body)) return;
      closuresInTerm(term.term, visit);
      for (const inner of term.body) eachClosure(inner, visit);
      return;
    case 'objectcomprehension':
      if (!visit(term.body)) return;
      closuresInTerm(term.key, visit);
      closuresInTerm(term.value, visit);
      for (const inner of term.body) eachClosure(inner, visit);
      return;
    default:
      return;
  }
}

/** A function put in another's place must take as many arguments. */
function checkModifiers(scope: Scope, expr: Expr): Fault | undefined {
  for (const modifier of expr.with) {
    const target = typeOfRef(scope, modifier.target);
    if (target?.kind !== 'function') continue;
    const value = typeOfTerm(scope, modifier.value);
    if (value?.kind === 'function' && !unifies(target, value)) {
      return argumentFault(modifier.loc, modifier.target, 'arity mismatch', value.args, target, false);
    }
  }
  return undefined;
}

function checkCall(scope: Scope, expr: CallExpr, rename: Rename): Fault | undefined {
  const { operator, args, loc } = expr;
  if (isOperator(operator, 'eq') && args.length === 2) return checkEquation(scope, expr, args[0]!, args[1]!, rename);
  const type = typeOfOperator(scope, operator);
  // A function with faults of its own may be anything.
  if (type?.kind === 'any') return undefined;
  if (type?.kind !== 'function') return plainFault(`undefined function ${refText(operator)}`, loc);
  const most = type.result === undefined ? type.args.length : type.args.length + 1;
  if (args.length < type.args.length || (args.length > most && type.variadic === undefined)) {
    return arityFault(scope.environment, expr, type);
  }
  return fitsAtOnce(scope, args, type) ? undefined : checkArgs(scope, expr, type);
}

function wantedArg(type: FunctionType, i: number): MaybeType {
  if (i < type.args.length) return type.args[i];
  return i === type.args.length && type.result !== undefined ? type.result : type.variadic;
}

/**
 * Whether variables, scalars and references of known types fit, as they mostly do; a last variable without a type gets
 * its. False: it takes a closer look, and nothing has changed.
 */
function fitsAtOnce(scope: Scope, args: readonly Term[], type: FunctionType): boolean {
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg.kind === 'array' || arg.kind === 'object' || arg.kind === 'set') return false;
    const have = typeOfTerm(scope, arg);
    const wanted = wantedArg(type, i);
    if (have === undefined && arg.kind === 'var' && i === args.length - 1) scope.set(arg.name, wanted);
    else if (isUnknown(have) || !unifies(have, wanted)) return false;
  }
  return true;
}

function checkArgs(scope: Scope, { operator, args, loc }: CallExpr, type: FunctionType): Fault | undefined {
  const have = args.map((arg) => typeOfTerm(scope, arg));
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    const wanted = wantedArg(type, i);
    const known = !isUnknown(have[i]);
    if (known && !unifies(have[i], wanted)) {
      return argumentFault(loc, operator, 'invalid argument(s)', have, wantedArgs(type), false, i);
    }
    // What is known of a variable or reference isn't changed by the call; elements of composites are.
    if (known && arg.kind !== 'array' && arg.kind !== 'object' && arg.kind !== 'set') continue;
    if (unifyTerm(scope, arg, wanted, false)) continue;
    const now = args.map((other) => typeOfTerm(scope, other));
    return argumentFault(loc, operator, 'invalid argument(s)', now, wantedArgs(type), now.some(isUnknown), i);
  }
  return undefined;
}

/**
 * The finding for a call with the wrong number of arguments. It speaks of arguments as they are before types are inferred:
 * variables are of unknown type.
 */
export function arityFault(environment: Environment, call: CallExpr, type: FunctionType): Fault {
  const scope = new Scope(environment);
  const have = call.args.map((arg) => typeOfTerm(scope, arg));
  return argumentFault(call.loc, call.operator, 'arity mismatch', have, type, false);
}

function checkEquation(scope: Scope, expr: CallExpr, left: Term, right: Term, rename: Rename): Fault | undefined {
  const leftType = typeOfTerm(scope, left);
  const rightType = typeOfTerm(scope, right);
  // `some x in "abc"` looks into a scalar by way of a variable without a name of its own.
  if (left.kind === 'var' && expr.generated === true && isScalar(right) && rename(left.name) === left.name) {
    scope.markScalar(left.name);
  }
  return unifyTerms(scope, left, leftType, right, rightType) ? undefined : matchFault(expr.loc, leftType, rightType);
}
