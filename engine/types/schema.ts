// From a JSON Schema to a type, with OPA's choices: `$ref`, `anyOf` and `allOf` count, `oneOf`, `enum` and limits don't.
// Left to others: reading and checking the schema itself (the host's JSON Schema compiler, which fetches nothing).
import { compileSchema } from '../builtins/host/json-schema/compile.ts';
import type { Schema } from '../builtins/host/json-schema/schema.ts';
import { SchemaError } from '../builtins/host/json-schema/texts.ts';
import type { Value } from '../value/value.ts';
import { unionOf } from './type-algebra.ts';
import { anyType, arrayOf, booleanType, numberType, objectOf, objectType, resolveType, stringType } from './type.ts';
import type { MaybeType, Type } from './type.ts';

/** The type a schema gives, or why it gives none (OPA's text). */
export type SchemaType = { readonly type: Type; readonly error?: undefined } | { readonly error: string };

/**
 * The type of the documents a JSON Schema allows.
 *
 * ```ts
 * schemaType(parseJson('{"type": "array", "items": {"type": "string"}}')) // { type: array[string] }
 * ```
 */
export function schemaType(document: Value): SchemaType {
  let schema: Schema;
  try {
    schema = compileSchema(document);
  } catch (error) {
    if (error instanceof SchemaError) return { error: `unable to compile the schema: ${error.message}` };
    throw error;
  }
  try {
    return { type: new SchemaReader().read(schema) ?? anyType };
  } catch (error) {
    if (error instanceof MergeError) return { error: `type checking: ${error.message}` };
    throw error;
  }
}

/** `allOf` of schemas that don't go together. */
class MergeError extends Error {}

/** The part of a schema that types come from. */
interface Shape {
  readonly types: readonly string[];
  readonly properties: readonly (readonly [string, Schema])[];
  readonly items: readonly Schema[];
  readonly itemsIsSingle: boolean;
}

class SchemaReader {
  /** References being read: what refers to them from inside gets a recursive type. */
  private readonly open = new Map<Schema, { type: MaybeType }>();

  /** Schemas being read since the last reference. */
  private merging = new Set<Schema>();

  read(schema: Schema): MaybeType {
    const { reference } = schema;
    if (reference !== undefined) return this.readReference(reference, schema.referenceName ?? '');
    if (schema.anyOf.length > 0) return this.readAnyOf(schema);
    return this.readAllOf(schema);
  }

  /** A schema without its `anyOf`. One that is part of itself other than by reference allows anything there. */
  private readAllOf(schema: Schema): MaybeType {
    if (this.merging.has(schema)) return anyType;
    this.merging.add(schema);
    const type = this.readMerged(schema);
    this.merging.delete(schema);
    return type;
  }

  private readMerged(schema: Schema): MaybeType {
    if (schema.allOf.length === 0) return this.readShape(shapeOf(schema));
    const parts = schema.allOf.map(followed);
    if (parts.length === 1 && schema.types.length === 0) return this.readAllOf(parts[0]!);
    const merged = mergeShapes(parts.map(shapeOf));
    if (schema.types.length === 0) return this.readShape(merged);
    const both = (name: string) => schema.types.includes(name) && merged.types.includes(name);
    if (both('object') || both('array')) return this.readShape(mergeShapes([merged, shapeOf(schema)]));
    if (typesText(schema.types) !== typesText(merged.types)) throw new MergeError('unable to merge these schemas');
    return this.readShape(merged);
  }

  private readReference(target: Schema, name: string): MaybeType {
    const reading = this.open.get(target);
    if (reading !== undefined) {
      return { kind: 'recursive', name, target: () => reading.type ?? anyType };
    }
    const state: { type: MaybeType } = { type: undefined };
    this.open.set(target, state);
    const { merging } = this;
    this.merging = new Set();
    const type = this.read(target);
    this.merging = merging;
    // A reference that leads to nothing but itself allows anything.
    state.type = type?.kind === 'recursive' && isEmptyCycle(type, state) ? anyType : type;
    this.open.delete(target);
    return state.type;
  }

  private readAnyOf(schema: Schema): MaybeType {
    let type: MaybeType;
    if (schema.types.length > 0) {
      const core = this.readShape(shapeOf(schema));
      if (core.kind === 'object' && core.dynamic === undefined) type = core;
    }
    for (const alternative of schema.anyOf) type = unionOf(this.read(alternative), type);
    return type;
  }

  private readShape(shape: Shape): Type {
    const has = (name: string) => shape.types.includes(name);
    if (has('boolean')) return booleanType;
    if (has('string')) return stringType;
    if (has('integer') || has('number')) return numberType;
    // Without a type, properties and items tell.
    if (has('object') || (!has('array') && shape.properties.length > 0)) return this.readObject(shape);
    if (has('array') || shape.items.length > 0) return this.readArray(shape);
    return anyType;
  }

  private readObject(shape: Shape): Type {
    if (shape.properties.length === 0) return objectOf(anyType, anyType);
    return objectType(shape.properties.map(([key, value]) => ({ key, value: this.read(value) })));
  }

  private readArray(shape: Shape): Type {
    if (shape.items.length === 0) return arrayOf(anyType);
    if (shape.itemsIsSingle) return arrayOf(this.read(shape.items[0]!));
    return { kind: 'array', static: shape.items.map((item) => this.read(item)) };
  }
}

/** Whether a recursive type stands for the very reference that is being read. */
function isEmptyCycle(type: Type, state: { readonly type: MaybeType }): boolean {
  if (state.type !== undefined) return false;
  return type.kind === 'recursive' && resolveType(type) === anyType;
}

/** What a reference leads to in the end; a schema that is none is itself. */
function followed(schema: Schema): Schema {
  const seen = new Set<Schema>();
  let current = schema;
  while (current.reference !== undefined && !seen.has(current)) {
    seen.add(current);
    current = current.reference;
  }
  return current;
}

function shapeOf(schema: Schema): Shape {
  return {
    types: schema.types,
    properties: [...schema.properties],
    items: schema.items,
    itemsIsSingle: schema.itemsIsSingle,
  };
}

/** The schemas of an `allOf` as one: all of one type, their properties together. */
function mergeShapes(shapes: readonly Shape[]): Shape {
  const typed = shapes.map(withImpliedType);
  let result = typed[0]!;
  for (const shape of typed.slice(1)) {
    if (typesText(result.types) !== typesText(shape.types)) {
      throw new MergeError(
        `unable to merge these schemas: type mismatch: ${typesText(result.types)} and ${typesText(shape.types)}`,
      );
    }
    if (result.types.includes('object') && result.properties.length > 0 && shape.properties.length > 0) {
      result = { ...result, properties: [...result.properties, ...shape.properties] };
    } else if (result.types.includes('array') && result.items.length > 0 && shape.items.length > 0) {
      const items = [...result.items, ...shape.items.slice(result.items.length)];
      if (shape.items.some((item, i) => typesText(item.types) !== typesText(items[i]!.types))) {
        throw new MergeError('unable to merge these schemas');
      }
      result = { ...result, items };
    }
  }
  return result;
}

function withImpliedType(shape: Shape): Shape {
  const implied = shape.properties.length > 0 ? 'object' : shape.items.length > 0 ? 'array' : undefined;
  if (implied === undefined || shape.types.includes(implied)) return shape;
  return { ...shape, types: [...shape.types, implied] };
}

function typesText(types: readonly string[]): string {
  if (types.length === 0) return 'Undefined';
  return types.length === 1 ? types[0]! : `[${types.join(',')}]`;
}
