// The algebra of types: their order, unions, what a type contains, and what references select from it.
// Left to others: the representation (type.ts), and whether values of two types can be equal (unify.ts).
import { compareValues } from '../value/compare.ts';
import { RegoNumber, RegoObject } from '../value/value.ts';
import type { Value } from '../value/value.ts';
import {
  anyType,
  booleanType,
  isAnything,
  nullType,
  numberType,
  objectType,
  resolveType,
  stringType,
  tupleOf,
} from './type.ts';
import type { AnyType, FunctionType, MaybeType, ObjectType, PlainType, Type } from './type.ts';

const kindOrder: Readonly<Record<PlainType['kind'], number>> = {
  null: 0,
  boolean: 1,
  number: 2,
  string: 3,
  array: 4,
  object: 5,
  set: 6,
  any: 7,
  function: 8,
};

/** A total order: unknown first, then by kind, then by structure. 0 means the same type; names of arguments don't count. */
export function compareTypes(a: MaybeType, b: MaybeType): number {
  if (a === b) return 0;
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
  if (a.kind === 'recursive' || b.kind === 'recursive') {
    if (a.kind === 'recursive' && b.kind === 'recursive') return a.name === b.name ? 0 : a.name < b.name ? -1 : 1;
    return compareTypes(resolveType(a), resolveType(b));
  }
  if (a.kind !== b.kind) return kindOrder[a.kind] < kindOrder[b.kind] ? -1 : 1;
  switch (a.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return 0;
    case 'array': {
      const other = b as typeof a;
      return compareTypes(a.dynamic, other.dynamic) || compareLists(a.static, other.static);
    }
    case 'object':
      return compareObjects(a, b as ObjectType);
    case 'set':
      return compareTypes(a.of, (b as typeof a).of);
    case 'any':
      return compareLists(a.of, (b as typeof a).of);
    case 'function': {
      const other = b as typeof a;
      if (a.args.length !== other.args.length) return a.args.length < other.args.length ? -1 : 1;
      return (
        compareLists(a.args, other.args) ||
        compareTypes(a.result, other.result) ||
        compareTypes(a.variadic, other.variadic)
      );
    }
  }
}

function compareLists(a: readonly MaybeType[], b: readonly MaybeType[]): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareTypes(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

function compareObjects(a: ObjectType, b: ObjectType): number {
  if (a.dynamic !== undefined && b.dynamic !== undefined) {
    const order = compareTypes(a.dynamic.key, b.dynamic.key) || compareTypes(a.dynamic.value, b.dynamic.value);
    if (order !== 0) return order;
  } else if (a.dynamic !== b.dynamic) {
    return a.dynamic === undefined ? -1 : 1;
  }
  const length = Math.min(a.static.length, b.static.length);
  for (let i = 0; i < length; i++) {
    const propertyA = a.static[i]!;
    const propertyB = b.static[i]!;
    const order = compareValues(propertyA.key, propertyB.key) || compareTypes(propertyA.value, propertyB.value);
    if (order !== 0) return order;
  }
  return a.static.length === b.static.length ? 0 : a.static.length < b.static.length ? -1 : 1;
}

/** Where `type` stands in the sorted members, or would stand. */
function position(members: readonly Type[], type: Type): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTypes(members[middle], type) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function anyContains(any: AnyType, type: Type): boolean {
  if (type.kind === 'function') return false;
  if (any.of.length === 0) return true;
  const at = position(any.of, type);
  return at < any.of.length && compareTypes(any.of[at], type) === 0;
}

/** Whether `a` is `b` or a union with `b` as a member. */
export function containsType(a: MaybeType, b: Type): boolean {
  const set = a && resolveType(a);
  return set?.kind === 'any' ? anyContains(set, b) : compareTypes(set, b) === 0;
}

/**
 * The union of two types; the union with an unknown one is the other. Functions unite when they take equally many
 * arguments; a function and anything else have no union.
 */
export function unionOf(a: MaybeType, b: MaybeType): MaybeType {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  if (a.kind === 'function' || b.kind === 'function') {
    return a.kind === 'function' && b.kind === 'function' ? unionOfFunctions(a, b) : undefined;
  }
  const plainA = resolveType(a);
  const plainB = resolveType(b);
  if (plainA.kind === 'any') return plainB.kind === 'any' ? mergeMembers(plainA, plainB) : withMember(plainA, b);
  if (plainB.kind === 'any') return withMember(plainB, a);
  const order = compareTypes(a, b);
  return order === 0 ? a : { kind: 'any', of: order < 0 ? [a, b] : [b, a] };
}

function withMember(any: AnyType, member: Type): AnyType {
  if (anyContains(any, member)) return any;
  const at = position(any.of, member);
  return { kind: 'any', of: [...any.of.slice(0, at), member, ...any.of.slice(at)] };
}

function mergeMembers(a: AnyType, b: AnyType): AnyType {
  if (a.of.length === 0) return a;
  if (b.of.length === 0) return b;
  const of: Type[] = [];
  let i = 0;
  let j = 0;
  while (i < a.of.length && j < b.of.length) {
    const order = compareTypes(a.of[i], b.of[j]);
    of.push(order <= 0 ? a.of[i]! : b.of[j]!);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return { kind: 'any', of: [...of, ...a.of.slice(i), ...b.of.slice(j)] };
}

function unionOfFunctions(a: FunctionType, b: FunctionType): MaybeType {
  if (a.args.length !== b.args.length) return undefined;
  if ((a.variadic === undefined) !== (b.variadic === undefined)) return undefined;
  return {
    kind: 'function',
    args: a.args.map((type, i) => unionOf(type, b.args[i])),
    result: unionOf(a.result, b.result),
    variadic: unionOf(a.variadic, b.variadic),
  };
}

/** Whether the type or a part of it is unknown. */
export function isUnknown(type: MaybeType): boolean {
  if (type === undefined) return true;
  switch (type.kind) {
    case 'array':
      return type.static.some(isUnknown) || (type.dynamic !== undefined && isUnknown(type.dynamic));
    case 'object':
      return (
        type.static.some((property) => isUnknown(property.value)) ||
        (type.dynamic !== undefined && (isUnknown(type.dynamic.key) || isUnknown(type.dynamic.value)))
      );
    case 'set':
      return isUnknown(type.of);
    case 'function':
      return type.args.some(isUnknown) || isUnknown(type.result);
    default:
      return false;
  }
}

/** The type of a value that stands for a static key: sets don't occur. */
export function typeOfKey(key: Value): Type {
  if (key === null) return nullType;
  if (typeof key === 'boolean') return booleanType;
  if (typeof key === 'string') return stringType;
  if (typeof key === 'number' || key instanceof RegoNumber) return numberType;
  if (key instanceof RegoObject) {
    return objectType(key.entries.map(([name, value]) => ({ key: name, value: typeOfKey(value) })));
  }
  return tupleOf(...(key as readonly Value[]).map(typeOfKey));
}

/** The type of what stands at a constant key of a value of type `type`; undefined when nothing can. */
export function selectKey(type: MaybeType, key: Value): MaybeType {
  if (type === undefined) return undefined;
  switch (type.kind) {
    case 'array':
      if (typeof key !== 'number' || key < 0 || !Number.isInteger(key)) return undefined;
      return key < type.static.length ? type.static[key] : type.dynamic;
    case 'object':
      return selectProperty(type, key);
    case 'set': {
      const keyType = typeOfKey(key);
      if (type.of === undefined) return undefined;
      if (compareTypes(type.of, keyType) === 0) return type.of;
      const of = resolveType(type.of);
      return of.kind === 'any' && anyContains(of, keyType) ? keyType : undefined;
    }
    case 'any': {
      if (isAnything(type)) return anyType;
      let selected: MaybeType;
      for (const member of type.of) selected = unionOf(selectKey(member, key), selected);
      return selected;
    }
    case 'recursive':
      return selectKey(type.target(), key);
    default:
      return undefined;
  }
}

function selectProperty(type: ObjectType, key: Value): MaybeType {
  let low = 0;
  let high = type.static.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareValues(type.static[middle]!.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  const found = type.static[low];
  if (found !== undefined && compareValues(found.key, key) === 0) return found.value;
  if (type.dynamic === undefined) return undefined;
  return containsType(type.dynamic.key, typeOfKey(key)) ? type.dynamic.value : undefined;
}

/** The type of the keys that can be enumerated: numbers for arrays, elements for sets; undefined for no collection. */
export function keysOf(type: MaybeType): MaybeType {
  if (type === undefined) return undefined;
  switch (type.kind) {
    case 'array':
      return numberType;
    case 'object': {
      let keys: MaybeType;
      for (const property of type.static) keys = unionOf(keys, typeOfKey(property.key));
      return type.dynamic === undefined ? keys : unionOf(keys, type.dynamic.key);
    }
    case 'set':
      return type.of;
    case 'any':
      return ofMembers(type, keysOf);
    case 'recursive':
      return keysOf(type.target());
    default:
      return undefined;
  }
}

/** The type of the values that can be enumerated; undefined for no collection. */
export function valuesOf(type: MaybeType): MaybeType {
  if (type === undefined) return undefined;
  switch (type.kind) {
    case 'array': {
      let values: MaybeType;
      for (const element of type.static) values = unionOf(values, element);
      return unionOf(values, type.dynamic);
    }
    case 'object': {
      const values = type.static.map((property) => property.value);
      return unionOfValues(type.dynamic === undefined ? values : [...values, type.dynamic.value]);
    }
    case 'set':
      return type.of;
    case 'any':
      return ofMembers(type, valuesOf);
    case 'recursive':
      return valuesOf(type.target());
    default:
      return undefined;
  }
}

/**
 * As OPA makes it, one after the other: functions that have no union are still functions, which the next one replaces, and which make
 * what is no function have no type.
 */
function unionOfValues(types: readonly MaybeType[]): MaybeType {
  let values: MaybeType;
  let isNoFunction = false;
  for (const type of types) {
    if (isNoFunction) {
      if (type === undefined) continue;
      values = type.kind === 'function' ? type : undefined;
      isNoFunction = false;
    } else {
      isNoFunction =
        values?.kind === 'function' && type?.kind === 'function' && unionOfFunctions(values, type) === undefined;
      values = unionOf(values, type);
    }
  }
  return values;
}

function ofMembers(any: AnyType, select: (type: MaybeType) => MaybeType): MaybeType {
  if (any.of.length === 0) return anyType;
  let selected: MaybeType;
  for (const member of any.of) selected = unionOf(select(member), selected);
  return selected;
}
