// The types of Rego terms: representation, construction, and the text they have in messages.
// Left to others: order, union and selection (type-algebra.ts), unification (unify.ts), inference (check.ts).
import { compareValues } from '../value/compare.ts';
import { RegoNumber, RegoObject, RegoSet } from '../value/value.ts';
import type { Value } from '../value/value.ts';

export interface ScalarType {
  readonly kind: 'null' | 'boolean' | 'number' | 'string';
}
/** One of several types, sorted; no members: anything at all. */
export interface AnyType {
  readonly kind: 'any';
  readonly of: readonly Type[];
}
/** The first elements by position, then any number of `dynamic` ones (none when it is undefined). */
export interface ArrayType {
  readonly kind: 'array';
  readonly static: readonly MaybeType[];
  readonly dynamic?: Type;
}
export interface StaticProperty {
  /** The key as plain JSON: sets as arrays. */
  readonly key: Value;
  readonly value: MaybeType;
}
export interface DynamicProperty {
  readonly key: MaybeType;
  readonly value: MaybeType;
}
/** Properties known by key, sorted, and the type of all others (none when `dynamic` is undefined). */
export interface ObjectType {
  readonly kind: 'object';
  readonly static: readonly StaticProperty[];
  readonly dynamic?: DynamicProperty;
}
export interface SetType {
  readonly kind: 'set';
  readonly of: MaybeType;
}
/** `result` is undefined for a function without a result; `variadic` is the type of all arguments after `args`. */
export interface FunctionType {
  readonly kind: 'function';
  readonly args: readonly MaybeType[];
  readonly result: MaybeType;
  readonly variadic?: Type;
  /** Names of the arguments, for messages only. */
  readonly names?: readonly (string | undefined)[];
  /** Name of the result, for messages only. */
  readonly resultName?: string;
}

/** A JSON schema inside itself (`$ref` to what it is part of): the type by that name. */
export interface RecursiveType {
  readonly kind: 'recursive';
  readonly name: string;
  /** The type itself; known once the whole schema is read. */
  readonly target: () => Type;
}

export type Type = ScalarType | AnyType | ArrayType | ObjectType | SetType | FunctionType | RecursiveType;

/** Any type but a name for one. */
export type PlainType = Exclude<Type, RecursiveType>;

/** Undefined is the type of what isn't known (yet): `???` in messages. */
export type MaybeType = Type | undefined;

/** The type of null. */
export const nullType: ScalarType = { kind: 'null' };
/** The type of booleans. */
export const booleanType: ScalarType = { kind: 'boolean' };
/** The type of numbers. */
export const numberType: ScalarType = { kind: 'number' };
/** The type of strings. */
export const stringType: ScalarType = { kind: 'string' };
/** The superset of all types. */
export const anyType: AnyType = { kind: 'any', of: [] };

/** An array of any number of elements of one type. */
export function arrayOf(dynamic: MaybeType): ArrayType {
  return { kind: 'array', static: [], dynamic };
}

/** An array of exactly these elements. */
export function tupleOf(...elements: readonly MaybeType[]): ArrayType {
  return { kind: 'array', static: elements };
}

/** A set of elements of one type. */
export function setOf(of: MaybeType): SetType {
  return { kind: 'set', of };
}

/** An object of any number of properties of one type of key and one of value. */
export function objectOf(key: MaybeType, value: MaybeType): ObjectType {
  return { kind: 'object', static: [], dynamic: { key, value } };
}

/** An object type; the static properties may come in any order. */
export function objectType(properties: readonly StaticProperty[], dynamic?: DynamicProperty): ObjectType {
  const sorted = properties.length < 2 ? properties : [...properties].sort((a, b) => compareValues(a.key, b.key));
  return { kind: 'object', static: sorted, dynamic };
}

/** The type that a recursive type is a name for; any other is itself. */
export function resolveType(type: Type): PlainType {
  let resolved = type;
  while (resolved.kind === 'recursive') resolved = resolved.target();
  return resolved;
}

/** Whether the type is the superset of all types. */
export function isAnything(type: MaybeType): boolean {
  return type !== undefined && type.kind === 'any' && type.of.length === 0;
}

/** The text of a type in OPA's messages: `any<string, number>`, `object<a: string>[any: any]`, `array<number>[any]`. */
export function typeText(type: MaybeType): string {
  if (type === undefined) return '???';
  switch (type.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return type.kind;
    case 'any':
      return type.of.length === 0 ? 'any' : `any<${type.of.map(typeText).join(', ')}>`;
    case 'array': {
      const elements = type.static.length === 0 ? '' : `<${type.static.map(typeText).join(', ')}>`;
      return `array${elements}${type.dynamic === undefined ? '' : `[${typeText(type.dynamic)}]`}`;
    }
    case 'object': {
      const properties = type.static.map((property) => `${keyText(property.key)}: ${typeText(property.value)}`);
      const dynamic =
        type.dynamic === undefined ? '' : `[${typeText(type.dynamic.key)}: ${typeText(type.dynamic.value)}]`;
      return `object${properties.length === 0 ? '' : `<${properties.join(', ')}>`}${dynamic}`;
    }
    case 'set':
      return `set[${typeText(type.of)}]`;
    case 'function':
      return `${argsText(type.args, type.variadic)} => ${typeText(type.result)}`;
    case 'recursive':
      return `recursive(${type.name})`;
  }
}

/** `(number, ???)`; with names `(x: number, y: number)`; a variadic rest is `any...`. */
export function argsText(args: readonly MaybeType[], variadic?: Type, names?: readonly (string | undefined)[]): string {
  const texts = args.map((type, i) => (names?.[i] === undefined ? typeText(type) : `${names[i]}: ${typeText(type)}`));
  if (variadic !== undefined) texts.push(`${typeText(variadic)}...`);
  return `(${texts.join(', ')})`;
}

/** A static key as OPA's messages show it: strings bare, arrays as `[1 2]`, objects as `map[a:1]`. */
function keyText(key: Value): string {
  if (key === null) return '<nil>';
  if (key instanceof RegoNumber) return key.text;
  if (key instanceof RegoObject) return `map[${key.entries.map(([k, v]) => `${keyText(k)}:${keyText(v)}`).join(' ')}]`;
  if (key instanceof RegoSet) return `[${key.items.map(keyText).join(' ')}]`;
  if (typeof key === 'object') return `[${key.map(keyText).join(' ')}]`;
  return String(key);
}
