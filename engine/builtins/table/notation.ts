// Short names for types, as the table of built-ins writes them.
// The types themselves are engine/types/type.ts.
import { anyType, arrayOf, booleanType, nullType, numberType, objectOf, objectType } from '../../types/type.ts';
import { setOf, stringType, tupleOf } from '../../types/type.ts';
import type { AnyType, Type } from '../../types/type.ts';

export const any = anyType;
export const nil = nullType;
export const boolean = booleanType;
export const number = numberType;
export const string = stringType;
export const array = arrayOf;
export const object = objectOf;
export const set = setOf;
export const tuple = tupleOf;

/** One of the types, which are given in the order of types: null, boolean, number, string, array, object, set. */
export function oneOf(...types: readonly Type[]): AnyType {
  return { kind: 'any', of: types };
}

/** An object with these properties and, where given, any others of one type of key and of value. */
export function record(properties: Readonly<Record<string, Type>>, key?: Type, value?: Type): Type {
  const known = Object.entries(properties).map(([name, type]) => ({ key: name, value: type }));
  return objectType(known, key === undefined ? undefined : { key, value });
}
