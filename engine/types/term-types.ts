// The type of a term, as far as the scope knows its variables.
// Left to others: giving variables their types (unify-terms.ts, check-refs.ts).
import type { ObjectTerm, RefTerm, Term } from '../ast/nodes.ts';
import { operatorName, pathKey } from '../analysis/core.ts';
import { makeObject } from '../value/construct.ts';
import { parseNumber } from '../value/number.ts';
import { compareValues } from '../value/compare.ts';
import type { Value } from '../value/value.ts';
import { extentOf, selectOperand } from './document-types.ts';
import type { DocumentNode } from './document-types.ts';
import { functionTypeOf } from './environment.ts';
import type { Scope } from './environment.ts';
import { selectKey, unionOf, valuesOf } from './type-algebra.ts';
import {
  anyType,
  arrayOf,
  booleanType,
  nullType,
  numberType,
  objectOf,
  objectType,
  setOf,
  stringType,
} from './type.ts';
import type { DynamicProperty, MaybeType, StaticProperty, Type } from './type.ts';

/** The term as a value when it is a constant, its sets as arrays; undefined when it has variables, references or closures. */
export function constantOf(term: Term): Value | undefined {
  switch (term.kind) {
    case 'null':
      return null;
    case 'boolean':
    case 'string':
      return term.value;
    case 'number':
      return parseNumber(term.text);
    case 'array':
      return constantsOf(term.items);
    case 'set': {
      const items = constantsOf(term.items)?.sort(compareValues);
      return items?.filter((item, i) => i === 0 || compareValues(items[i - 1]!, item) !== 0);
    }
    case 'object': {
      const entries: [Value, Value][] = [];
      for (const entry of term.entries) {
        const key = constantOf(entry.key);
        const value = constantOf(entry.value);
        if (key === undefined || value === undefined) return undefined;
        entries.push([key, value]);
      }
      return makeObject(entries);
    }
    default:
      return undefined;
  }
}

function constantsOf(terms: readonly Term[]): Value[] | undefined {
  const values: Value[] = [];
  for (const term of terms) {
    const value = constantOf(term);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** The type of a term; undefined when it isn't known. */
export function typeOfTerm(scope: Scope, term: Term): MaybeType {
  switch (term.kind) {
    case 'null':
      return nullType;
    case 'boolean':
      return booleanType;
    case 'number':
      return numberType;
    case 'string':
      return stringType;
    case 'var':
      return scope.get(term.name);
    case 'ref':
      return typeOfRef(scope, term);
    case 'array':
      if (term.items.length === 0) return arrayOf(anyType);
      return { kind: 'array', static: term.items.map((item) => typeOfTerm(scope, item)) };
    case 'object':
      return typeOfObject(scope, term);
    case 'set': {
      let of: MaybeType;
      for (const item of term.items) of = unionOf(of, typeOfTerm(scope, item));
      return setOf(of ?? anyType);
    }
    case 'arraycomprehension': {
      const inner = scope.closure(term.body);
      return inner && arrayOf(typeOfTerm(inner, term.term));
    }
    case 'setcomprehension': {
      const inner = scope.closure(term.body);
      return inner && setOf(typeOfTerm(inner, term.term));
    }
    case 'objectcomprehension': {
      const inner = scope.closure(term.body);
      return inner && objectOf(typeOfTerm(inner, term.key), typeOfTerm(inner, term.value));
    }
    case 'call':
    case 'templatestring':
      // Analysis has made expressions of these.
      return undefined;
  }
}

function typeOfObject(scope: Scope, term: ObjectTerm): MaybeType {
  if (term.entries.length === 0) return objectOf(anyType, anyType);
  const properties: StaticProperty[] = [];
  let dynamic: DynamicProperty | undefined;
  let last: Term | undefined;
  for (const { key, value } of term.entries) {
    const constant = constantOf(key);
    if (constant !== undefined) {
      properties.push({ key: constant, value: typeOfTerm(scope, value) });
    } else if (last === undefined || compareDynamicKeys(last, key) < 0) {
      // There is one dynamic property only: of several, the last in Rego's order of keys.
      last = key;
      dynamic = { key: typeOfTerm(scope, key), value: typeOfTerm(scope, value) };
    }
  }
  return objectType(properties, dynamic);
}

const keyRanks: Partial<Record<Term['kind'], number>> = { var: 0, ref: 1, array: 2, object: 3, set: 4 };

function compareDynamicKeys(a: Term, b: Term): number {
  if (a.kind === 'var' && b.kind === 'var') return a.name < b.name ? -1 : 1;
  return (keyRanks[a.kind] ?? 5) - (keyRanks[b.kind] ?? 5);
}

/** The type of what a reference refers to; undefined when it isn't known. */
export function typeOfRef(scope: Scope, ref: RefTerm): MaybeType {
  const { head } = ref;
  const { failed } = scope.environment;
  if (failed.size > 0 && failed.has(ref)) return scope.lenient ? anyType : undefined;
  if (head.kind !== 'var') return selectOperands(typeOfTerm(scope, head), ref, 0);
  if (head.name === 'input') return selectOperands(scope.input ?? scope.environment.input ?? anyType, ref, 0);
  if (head.name === 'data') {
    if (scope.data !== undefined) return selectOperands(scope.data, ref, 0);
    const { documents } = scope.environment;
    return documents.empty ? anyType : typeInDocuments(documents.root, ref, 0);
  }
  const type = scope.get(head.name);
  if (type !== undefined) {
    if (isPlainScalar(type) && ref.operands.length > 0 && scope.isScalar(head.name)) return undefined;
    return selectOperands(type, ref, 0) ?? (scope.lenient ? anyType : undefined);
  }
  const builtin = scope.environment.builtin(operatorName(ref));
  return builtin && functionTypeOf(builtin);
}

/** Whether a reference's head is `data` or `input`. */
export function isDocument(head: Term): boolean {
  return head.kind === 'var' && (head.name === 'data' || head.name === 'input');
}

/** Whether it is the type of values without elements. */
export function isPlainScalar({ kind }: Type): boolean {
  return kind === 'string' || kind === 'number' || kind === 'boolean' || kind === 'null';
}

/** The type of a built-in or of the function at a `data` path. */
export function typeOfOperator(scope: Scope, operator: RefTerm): MaybeType {
  if (operator.head.kind === 'var' && operator.head.name === 'data') return typeOfRef(scope, operator);
  const builtin = scope.environment.builtin(operatorName(operator));
  return builtin && functionTypeOf(builtin);
}

function typeInDocuments(root: DocumentNode, ref: RefTerm, from: number): MaybeType {
  let node = root;
  for (let i = from; i < ref.operands.length; i++) {
    const operand = ref.operands[i]!;
    const child = childAt(node, operand);
    if (child === undefined) {
      if (node.type !== undefined) return selectOperands(node.type, ref, i);
      // What no rule defines may be base data.
      return constantOf(operand) === undefined ? selectOperands(extentOf(node), ref, i) : anyType;
    }
    node = child;
  }
  return extentOf(node);
}

/** The node under another at a constant operand. */
export function childAt(node: DocumentNode, operand: Term): DocumentNode | undefined {
  const key = stepKey(operand);
  return key === undefined ? undefined : node.children.get(key);
}

/** The unique text of a constant operand (DocumentNode's key); undefined for any other. */
export function stepKey(operand: Term): string | undefined {
  if (operand.kind === 'string') return operand.value;
  const scalar = pathKey(operand);
  if (scalar !== undefined) return scalar;
  const constant = constantOf(operand);
  return constant === undefined ? undefined : `\0constant:${JSON.stringify(constant)}`;
}

function selectOperands(type: MaybeType, ref: RefTerm, from: number): MaybeType {
  let selected = type;
  for (let i = from; i < ref.operands.length && selected !== undefined; i++) {
    selected = selectTerm(selected, ref.operands[i]!);
  }
  return selected;
}

/** What an operand selects: scalars a property or element, all else any of the values. */
function selectTerm(type: MaybeType, operand: Term): MaybeType {
  switch (operand.kind) {
    case 'string':
      return selectKey(type, operand.value);
    case 'null':
    case 'boolean':
    case 'number':
      return selectOperand(type, constantOf(operand));
    default:
      return valuesOf(type);
  }
}
