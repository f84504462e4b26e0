// Checks of the references in an expression: what they refer to must exist, as far as types say.
// Variables used as keys get the type of the keys. Left to others: calls and equations (check-body.ts).
import type { Expr, RefTerm, Term } from '../ast/nodes.ts';
import type { Rename } from '../analysis/message-text.ts';
import { compareValues } from '../value/compare.ts';
import { printTerm } from '../value/rego-text.ts';
import { RegoNumber } from '../value/value.ts';
import type { Value } from '../value/value.ts';
import { childKeys, extentOf } from './document-types.ts';
import type { DocumentNode } from './document-types.ts';
import type { Scope } from './environment.ts';
import { invalidKeyFault, notACollectionFault } from './faults.ts';
import type { Fault } from './faults.ts';
import { childAt, constantOf, isDocument, isPlainScalar, typeOfRef, typeOfTerm } from './term-types.ts';
import { keysOf, selectKey, valuesOf } from './type-algebra.ts';
import { anyType, resolveType, stringType } from './type.ts';
import type { MaybeType } from './type.ts';
import { unifyTerm } from './unify-terms.ts';
import { unifies } from './unify.ts';

/** The faults of all references in an expression; those in comprehensions are left to the checks of their bodies. */
export function checkRefs(scope: Scope, expr: Expr, rename: Rename, faults: Fault[]): void {
  switch (expr.kind) {
    case 'termexpr':
      checkTerm(scope, expr.term, rename, faults);
      return;
    case 'callexpr':
      for (const arg of expr.args) checkTerm(scope, arg, rename, faults);
      return;
    case 'some':
      return;
    case 'every':
      if (expr.key !== undefined) checkTerm(scope, expr.key, rename, faults);
      checkTerm(scope, expr.value, rename, faults);
      checkTerm(scope, expr.domain, rename, faults);
      for (const inner of expr.body) checkRefs(scope, inner, rename, faults);
      break;
    case 'not':
      for (const inner of expr.body) checkRefs(scope, inner, rename, faults);
      break;
    case 'and':
    case 'or':
      for (const inner of expr.left) checkRefs(scope, inner, rename, faults);
      for (const inner of expr.right) checkRefs(scope, inner, rename, faults);
      break;
  }
  for (const modifier of expr.with) checkTerm(scope, modifier.value, rename, faults);
}

function checkTerm(scope: Scope, term: Term, rename: Rename, faults: Fault[]): void {
  switch (term.kind) {
    case 'ref': {
      const found = checkRef(scope, term, rename);
      if (found !== undefined) {
        faults.push(found);
        // Of a document, the values may still be known: `limits[1]` is of their type, though 1 is no key.
        if (!isDocument(term.head)) scope.environment.failed.add(term);
      }
      if (found?.diagnostic.message.startsWith('function ') === true) return;
      for (const operand of term.operands) checkTerm(scope, operand, rename, faults);
      return;
    }
    case 'array':
    case 'set':
      for (const item of term.items) checkTerm(scope, item, rename, faults);
      return;
    case 'object':
      for (const entry of term.entries) {
        checkTerm(scope, entry.key, rename, faults);
        checkTerm(scope, entry.value, rename, faults);
      }
      return;
    default:
      return;
  }
}

function checkRef(scope: Scope, ref: RefTerm, rename: Rename): Fault | undefined {
  const { head } = ref;
  if (head.kind !== 'var') return checkOperands(scope, typeOfTerm(scope, head) ?? anyType, ref, 0, rename);
  const { environment } = scope;
  if (head.name === 'data') {
    const type = typeOfRef(scope, ref);
    if (type?.kind === 'function') return notACollectionFault(ref, ref.operands.length, type, rename);
    if (scope.data !== undefined) return checkOperands(scope, scope.data, ref, 0, rename);
    if (environment.documents.empty) return checkOperands(scope, anyType, ref, 0, rename);
    return checkDocument(scope, environment.documents.root, ref, rename);
  }
  if (head.name === 'input') {
    return checkOperands(scope, scope.input ?? environment.input ?? anyType, ref, 0, rename);
  }
  let type = scope.get(head.name);
  if (scope.lenient && type !== undefined) {
    // What has no type yet after a fault may be anything.
    if (checkOperands(scope, type, ref, 0, rename) !== undefined) checkOperands(scope, anyType, ref, 0, rename);
    return undefined;
  }
  if (type === undefined) {
    type = anyType;
    scope.set(head.name, type);
  }
  // What looks into a scalar is reported as an equation that can't hold.
  if (isPlainScalar(type) && scope.isScalar(head.name)) type = anyType;
  return checkOperands(scope, type, ref, 0, rename);
}

/** A reference into the rules: down the tree, then into a rule's type. */
function checkDocument(scope: Scope, root: DocumentNode, ref: RefTerm, rename: Rename): Fault | undefined {
  let node = root;
  for (let i = 0; i < ref.operands.length; i++) {
    const operand = ref.operands[i]!;
    // Rules have packages, so that the first two operands are names.
    if (i < 2 && operand.kind !== 'var' && operand.kind !== 'string') {
      return invalidKeyFault(ref, i + 1, typeOfTerm(scope, operand), stringType, nodeKeys(node), rename);
    }
    if (operand.kind === 'var') {
      const keys = keysOf(extentOf(node));
      const known = scope.get(operand.name);
      if (known === undefined) scope.set(operand.name, keys);
      else if (!unifies(keys, known)) return invalidKeyFault(ref, i + 1, known, keys, nodeKeys(node), rename);
    }
    const child = childAt(node, operand);
    // Not defined by a rule: it may be base data, of any type.
    if (child === undefined) return checkOperands(scope, anyType, ref, 0, rename);
    if (child.type !== undefined) return checkOperands(scope, child.type, ref, i + 1, rename);
    node = child;
  }
  return undefined;
}

/** The operands from `from` on, as keys of a value of type `type`. */
function checkOperands(scope: Scope, type: MaybeType, ref: RefTerm, from: number, rename: Rename): Fault | undefined {
  let current = type;
  for (let i = from; i < ref.operands.length; i++) {
    const operand = ref.operands[i]!;
    const keys = keysOf(current);
    if (keys === undefined) return notACollectionFault(ref, i, current, rename);
    if (operand.kind === 'string') {
      const selected = selectKey(current, operand.value);
      if (selected === undefined) return invalidKeyFault(ref, i + 1, undefined, keys, typeKeys(current), rename);
      current = selected;
      continue;
    }
    const wrong = (have: MaybeType, oneOf = typeKeys(current)): Fault =>
      invalidKeyFault(ref, i + 1, have, keys, oneOf, rename);
    switch (operand.kind) {
      case 'var': {
        const known = scope.get(operand.name);
        if (known === undefined) scope.set(operand.name, keys);
        else if (!unifies(known, keys)) return wrong(known);
        current = valuesOf(current);
        break;
      }
      case 'ref': {
        const known = typeOfRef(scope, operand);
        if (known !== undefined && !unifies(known, keys)) return wrong(known);
        current = valuesOf(current);
        break;
      }
      case 'array':
      case 'object':
      case 'set':
        if (!unifyTerm(scope, operand, keys, false)) return wrong(typeOfTerm(scope, operand), []);
        current = valuesOf(current);
        break;
      default: {
        const constant = keyOf(operand);
        const selected = constant === undefined ? undefined : selectKey(current, constant);
        if (selected === undefined) return wrong(undefined);
        current = selected;
      }
    }
  }
  return undefined;
}

/** The constant that is looked up. A number that is not written as an integer of 64 bits is no index, whatever it equals. */
function keyOf(operand: Term): Value | undefined {
  if (operand.kind !== 'number') return constantOf(operand);
  const isIndex = /^-?\d+$/.test(operand.text) && BigInt.asIntN(64, BigInt(operand.text)) === BigInt(operand.text);
  return isIndex ? Number(operand.text) : new RegoNumber(operand.text);
}

interface KeyText {
  readonly text: string;
  readonly json: unknown;
}

function nodeKeys(node: DocumentNode): KeyText[] {
  return childKeys(node).map(({ key, value }) => {
    if (value !== undefined) return { text: keyText(value), json: value };
    const name = key.slice(key.indexOf(':') + 1);
    return { text: name, json: name };
  });
}

/** The known keys of an object, or of the objects in a union. */
function typeKeys(type: MaybeType): KeyText[] {
  const keys: Value[] = [];
  collectKeys(type, keys);
  keys.sort(compareValues);
  return keys
    .filter((key, i) => i === 0 || compareValues(keys[i - 1]!, key) !== 0)
    .map((key) => ({ text: keyText(key), json: key instanceof RegoNumber ? Number(key.text) : key }));
}

function collectKeys(maybe: MaybeType, keys: Value[]): void {
  const type = maybe && resolveType(maybe);
  if (type?.kind === 'object') for (const property of type.static) keys.push(property.key);
  if (type?.kind === 'any') for (const member of type.of) collectKeys(member, keys);
}

function keyText(key: Value): string {
  return printTerm(key);
}
