// Types in OPA's JSON form, as the capabilities file and the details of findings have them.
// Left to others: the file itself (engine/builtins/capabilities.ts).
import { RegoNumber, RegoObject, RegoSet } from '../value/value.ts';
import type { Value } from '../value/value.ts';
import { compareTypes } from './type-algebra.ts';
import { anyType, booleanType, nullType, numberType, objectType, stringType } from './type.ts';
import type { MaybeType, Type } from './type.ts';

type Json = { [key: string]: unknown };

/** The type as OPA's JSON has it: `{"type": "array", "dynamic": {"type": "any"}}`; null when it isn't known. */
export function typeToJson(type: MaybeType): Json | null {
  if (type === undefined) return null;
  switch (type.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return { type: type.kind };
    case 'any':
      return type.of.length === 0 ? { type: 'any' } : { of: type.of.map(typeToJson), type: 'any' };
    case 'array':
      return {
        ...(type.dynamic !== undefined && { dynamic: typeToJson(type.dynamic) }),
        ...(type.static.length > 0 && { static: type.static.map(typeToJson) }),
        type: 'array',
      };
    case 'object': {
      const { dynamic } = type;
      const properties = type.static.map(({ key, value }) => ({ key: keyToJson(key), value: typeToJson(value) }));
      return {
        ...(dynamic !== undefined && { dynamic: { key: typeToJson(dynamic.key), value: typeToJson(dynamic.value) } }),
        ...(properties.length > 0 && { static: properties }),
        type: 'object',
      };
    }
    case 'set':
      return type.of === undefined ? { type: 'set' } : { of: typeToJson(type.of), type: 'set' };
    case 'function':
      return {
        ...(type.args.length > 0 && { args: type.args.map(typeToJson) }),
        ...(type.result !== undefined && { result: typeToJson(type.result) }),
        type: 'function',
        ...(type.variadic !== undefined && { variadic: typeToJson(type.variadic) }),
      };
    case 'recursive':
      return { name: type.name };
  }
}

/** The same with the name of a parameter; keys are sorted, as in OPA's JSON. */
export function namedTypeToJson(type: MaybeType, name: string | undefined): Json | null {
  const json = typeToJson(type);
  if (json === null || name === undefined) return json;
  return Object.fromEntries(Object.entries({ ...json, name }).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function keyToJson(key: Value): unknown {
  if (key === null || typeof key !== 'object') return key;
  if (key instanceof RegoNumber) return Number(key.text);
  if (key instanceof RegoObject) {
    return Object.fromEntries(
      key.entries.map(([name, value]) => [
        typeof name === 'string' ? name : JSON.stringify(keyToJson(name)),
        keyToJson(value),
      ]),
    );
  }
  return (key instanceof RegoSet ? key.items : key).map(keyToJson);
}

/** The type that OPA's JSON describes; undefined when it describes none. */
export function typeFromJson(json: unknown): Type | undefined {
  if (!isRecord(json)) return undefined;
  switch (json['type']) {
    case 'null':
      return nullType;
    case 'boolean':
      return booleanType;
    case 'number':
      return numberType;
    case 'string':
      return stringType;
    case 'any': {
      if (json['of'] === undefined) return anyType;
      const of = typesFromJson(json['of']);
      return of && { kind: 'any', of: of.sort(compareTypes) };
    }
    case 'array': {
      const elements = typesFromJson(json['static'] ?? []);
      const dynamic = optionalType(json['dynamic']);
      return elements && dynamic && { kind: 'array', static: elements, dynamic: dynamic.type };
    }
    case 'object':
      return objectFromJson(json);
    case 'set': {
      const of = optionalType(json['of']);
      return of && { kind: 'set', of: of.type };
    }
    case 'function': {
      const args = typesFromJson(json['args'] ?? []);
      const result = optionalType(json['result']);
      const variadic = optionalType(json['variadic']);
      return args && result && variadic && { kind: 'function', args, result: result.type, variadic: variadic.type };
    }
    default:
      return undefined;
  }
}

function objectFromJson(json: Json): Type | undefined {
  const properties: { key: Value; value: Type }[] = [];
  for (const property of asList(json['static'] ?? [])) {
    const value = isRecord(property) ? typeFromJson(property['value']) : undefined;
    if (!isRecord(property) || value === undefined) return undefined;
    properties.push({ key: keyFromJson(property['key']), value });
  }
  if (json['dynamic'] === undefined) return objectType(properties);
  const dynamic = isRecord(json['dynamic']) ? json['dynamic'] : {};
  const key = typeFromJson(dynamic['key']);
  const value = typeFromJson(dynamic['value']);
  return key && value && objectType(properties, { key, value });
}

function keyFromJson(key: unknown): Value {
  return typeof key === 'boolean' || typeof key === 'number' || typeof key === 'string' ? key : null;
}

function typesFromJson(json: unknown): Type[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const types: Type[] = [];
  for (const item of json) {
    const type = typeFromJson(item);
    if (type === undefined) return undefined;
    types.push(type);
  }
  return types;
}

/** A type that may be absent: `{}` then, and undefined when it is there but no type. */
function optionalType(json: unknown): { readonly type?: Type } | undefined {
  if (json === undefined || json === null) return {};
  const type = typeFromJson(json);
  return type && { type };
}

function asList(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [undefined];
}

function isRecord(json: unknown): json is Json {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
