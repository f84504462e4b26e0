// Whether values of two types can be equal.
// Left to others: binding the types of variables on the way (unify-terms.ts).
import { selectKey, valuesOf } from './type-algebra.ts';
import { resolveType } from './type.ts';
import type { AnyType, ArrayType, FunctionType, MaybeType, ObjectType, Type } from './type.ts';

/** Whether a value can have both types. Nothing unifies with an unknown type. */
export function unifies(a: MaybeType, b: MaybeType): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.kind === 'recursive' || b.kind === 'recursive') {
    // Both are parts of schemas without end: what isn't the same by name may still be equal.
    if (a.kind === b.kind) return true;
    return unifies(resolveType(a), resolveType(b));
  }
  if (a.kind === 'any' && anyUnifies(a, b)) return true;
  if (b.kind === 'any' && anyUnifies(b, a)) return true;
  if (a.kind === 'any' || b.kind === 'any') return false;
  switch (a.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return a.kind === b.kind;
    case 'array':
      return b.kind === 'array' && arraysUnify(a, b);
    case 'object':
      return b.kind === 'object' && objectsUnify(a, b);
    case 'set':
      return b.kind === 'set' && unifies(valuesOf(a), valuesOf(b));
    case 'function':
      return b.kind === 'function' && functionsUnify(a, b);
  }
}

function anyUnifies(any: AnyType, type: Type): boolean {
  if (type.kind === 'function') return false;
  if (any.of.length === 0) return true;
  for (const member of any.of) if (unifies(member, type)) return true;
  return false;
}

function elementAt(array: ArrayType, index: number): MaybeType {
  return index < array.static.length ? array.static[index] : array.dynamic;
}

function arraysUnify(a: ArrayType, b: ArrayType): boolean {
  const length = Math.max(a.static.length, b.static.length);
  for (let i = 0; i < length; i++) if (!unifies(elementAt(a, i), elementAt(b, i))) return false;
  return a.dynamic === undefined || b.dynamic === undefined || unifies(a.dynamic, b.dynamic);
}

function objectsUnify(a: ObjectType, b: ObjectType): boolean {
  if (!propertiesUnify(a, b) || !propertiesUnify(b, a)) return false;
  const valueA = a.dynamic?.value;
  const valueB = b.dynamic?.value;
  return valueA === undefined || valueB === undefined || unifies(valueA, valueB);
}

/** Whether the properties known of `a` can be there in `b`. Where either may have any others, absent ones are let pass. */
function propertiesUnify(a: ObjectType, b: ObjectType): boolean {
  // Values that aren't known can't be compared with any.
  if (a.static.length > 0 && b.dynamic !== undefined && b.dynamic.value === undefined) return false;
  const closed = a.dynamic === undefined && b.dynamic === undefined;
  for (const { key, value } of a.static) {
    const selected = selectKey(b, key);
    if (selected === undefined ? closed : !unifies(value, selected)) return false;
  }
  return true;
}

/** Whether one function may stand in for the other: equally many arguments that unify; results may differ. */
function functionsUnify(a: FunctionType, b: FunctionType): boolean {
  return a.args.length === b.args.length && a.args.every((type, i) => unifies(type, b.args[i]));
}
