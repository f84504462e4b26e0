// From a schema document to a compiled schema: every keyword checked in OPA's order, so that the first fault is the one OPA names.
// Left to others: references (references.ts) and the drafts' meta-schemas, against which nothing is validated here.
import { BuiltinError } from '../../../host/builtin.ts';
import { getKey } from '../../../value/construct.ts';
import { printJson } from '../../../value/json.ts';
import { toBigInt, toDecimal, toDouble } from '../../../value/number.ts';
import type { Decimal } from '../../../value/number.ts';
import { RegoNumber, RegoObject } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';
import { GoRegexp } from '../go-regexp.ts';
import { checkDepth, draftOf, parseReference, ReferencePool } from './references.ts';
import { HYBRID, newSchema } from './schema.ts';
import type { Draft, Schema } from './schema.ts';
import { ARRAY_OF_SCHEMAS, ARRAY_OF_STRINGS, faults, TYPE_NAMES, VALID_SCHEMA } from './texts.ts';

/**
 * The schema of a JSON document (plain JSON: no sets, string keys). Throws SchemaError.
 *
 * @example compileSchema(parseJson('{"type": "integer", "minimum": 1}'))
 */
export function compileSchema(document: Value): Schema {
  const pool = new ReferencePool();
  const absolute = pool.add(document, '');
  return new Compiler(pool).compile(absolute, draftOf(absolute) ?? HYBRID, 0);
}

/** Canonical JSON text by which values are compared: numbers as doubles, as gojsonschema compares them. */
export function canonicalText(value: Value): string {
  return printJson(roundNumbers(value), { escapeHtml: true });
}

function roundNumbers(value: Value): Value {
  if (value instanceof RegoNumber) {
    const double = toDouble(value);
    return Number.isFinite(double) ? double : value;
  }
  if (value instanceof RegoObject)
    return new RegoObject(value.entries.map(([key, item]) => [key, roundNumbers(item)] as const));
  return Array.isArray(value) ? (value as readonly Value[]).map(roundNumbers) : value;
}

function isSchema(value: Value): boolean {
  return typeof value === 'boolean' || value instanceof RegoObject;
}

class Compiler {
  readonly #pool: ReferencePool;
  readonly #references = new Map<string, Schema>();

  constructor(pool: ReferencePool) {
    this.#pool = pool;
  }

  compile(document: Value, draft: Draft, depth: number): Schema {
    return this.#fill(newSchema(draft), document, depth);
  }

  #fill(schema: Schema, document: Value, depth: number): Schema {
    checkDepth(depth);
    if (schema.draft >= 6 && typeof document === 'boolean') {
      schema.pass = document;
      return schema;
    }
    if (!(document instanceof RegoObject)) throw faults.notASchema();
    const keywords = new Keywords(document);
    const sub = (value: Value): Schema => this.compile(value, schema.draft, depth + 1);
    checkIdentifier(keywords, schema.draft);
    compileDefinitions(keywords, sub);
    keywords.string('title');
    keywords.string('description');
    const reference = keywords.string('$ref');
    if (reference !== undefined) {
      parseReference(reference);
      schema.referenceName = reference;
      const known = this.#references.get(reference);
      schema.reference = known ?? this.#follow(reference, schema.draft, depth);
      if (known === undefined) return schema;
    }
    compileTypes(schema, keywords);
    compileObjectSchemas(schema, keywords, sub);
    compileItems(schema, keywords, sub);
    compileNumbers(schema, keywords);
    compileStrings(schema, keywords);
    compileObjectLimits(schema, keywords);
    compileArrayLimits(schema, keywords, sub);
    compileValues(schema, keywords);
    compileCombinations(schema, keywords, sub);
    return schema;
  }

  #follow(reference: string, draft: Draft, depth: number): Schema {
    const schema = newSchema(draft);
    this.#references.set(reference, schema);
    const found = this.#pool.find(reference);
    if (found.draft !== undefined) schema.draft = found.draft;
    if (!isSchema(found.document)) throw faults.mustBeOfType(VALID_SCHEMA, 'object');
    return this.#fill(schema, found.document, depth + 1);
  }
}

/** The members of a schema object, by type. Each method gives undefined when the keyword is absent and throws when it is wrong. */
class Keywords {
  readonly #document: RegoObject;

  constructor(document: RegoObject) {
    this.#document = document;
  }

  get(name: string): Value | undefined {
    return getKey(this.#document, name);
  }

  string(name: string): string | undefined {
    const value = this.get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw faults.invalidType('string', name);
  }

  array(name: string): readonly Value[] {
    const value = this.get(name);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw faults.mustBeOfAn(name, 'array');
    return value as readonly Value[];
  }

  /** A count: a whole number from zero up. */
  count(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const integer = isNumber(value) ? toBigInt(value) : undefined;
    if (integer === undefined || integer >= 1n << 63n || integer < -(1n << 63n))
      throw faults.mustBeOfAn(name, 'integer');
    if (integer < 0n) throw faults.mustNotBeNegative(name);
    return Number(integer);
  }

  /** A limit on numbers. */
  limit(name: string): Decimal | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (!isNumber(value)) throw faults.mustBeOfA(name, 'Number');
    return toDecimal(value);
  }
}

function isNumber(value: Value): value is number | RegoNumber {
  return typeof value === 'number' || value instanceof RegoNumber;
}

type Sub = (value: Value) => Schema;

function checkIdentifier(keywords: Keywords, draft: Draft): void {
  const isOld = draft === 4 || (draft === HYBRID && keywords.get('id') !== undefined);
  const id = keywords.string(isOld ? 'id' : '$id');
  if (id !== undefined) parseReference(id);
}

function compileDefinitions(keywords: Keywords, sub: Sub): void {
  const definitions = keywords.get('definitions');
  if (definitions === undefined) return;
  if (!(definitions instanceof RegoObject)) throw faults.invalidType(ARRAY_OF_SCHEMAS, 'definitions');
  for (const [, definition] of definitions.entries) {
    if (!isSchema(definition)) throw faults.invalidType(ARRAY_OF_SCHEMAS, 'definitions');
    sub(definition);
  }
}

function compileTypes(schema: Schema, keywords: Keywords): void {
  const type = keywords.get('type');
  if (type === undefined) return;
  const wrong = faults.invalidType('type', `string/${ARRAY_OF_STRINGS}`);
  const names = typeof type === 'string' ? [type] : type;
  if (!Array.isArray(names)) throw wrong;
  for (const name of names as readonly Value[]) {
    if (typeof name !== 'string') throw wrong;
    if (!(TYPE_NAMES as readonly string[]).includes(name)) throw faults.unknownType(name);
    if (schema.types.includes(name)) throw faults.duplicateType(name);
    schema.types.push(name);
  }
}

function compileObjectSchemas(schema: Schema, keywords: Keywords, sub: Sub): void {
  const properties = keywords.get('properties');
  if (properties !== undefined) {
    if (!(properties instanceof RegoObject)) throw faults.mustBeOfType('Properties', 'object');
    for (const [name, value] of properties.entries) schema.properties.set(name as string, sub(value));
  }
  schema.additionalProperties = booleanOrSchema(keywords, 'additionalProperties', sub);
  const patterns = keywords.get('patternProperties');
  if (patterns !== undefined) {
    if (!(patterns instanceof RegoObject)) throw faults.invalidType(VALID_SCHEMA, 'patternProperties');
    for (const [pattern, value] of patterns.entries) {
      const regex = compilePattern(pattern as string) ?? fail(faults.invalidPattern(pattern as string));
      schema.patternProperties.push([regex, sub(value)]);
    }
  }
  const names = keywords.get('propertyNames');
  if (names !== undefined && schema.draft >= 6) {
    // The keyword in the message is OPA's.
    if (!isSchema(names)) throw faults.invalidType(VALID_SCHEMA, 'patternProperties');
    schema.propertyNames = sub(names);
  }
  compileDependencies(schema, keywords, sub);
}

function compileDependencies(schema: Schema, keywords: Keywords, sub: Sub): void {
  const dependencies = keywords.get('dependencies');
  if (dependencies === undefined) return;
  if (!(dependencies instanceof RegoObject)) throw faults.mustBeOfType('dependencies', 'object');
  for (const [name, value] of dependencies.entries) {
    if (Array.isArray(value)) {
      const names = value as readonly Value[];
      if (!names.every((item) => typeof item === 'string')) throw wrongDependency();
      schema.dependencies.set(name as string, names as readonly string[]);
    } else {
      if (!isSchema(value)) throw wrongDependency();
      schema.dependencies.set(name as string, sub(value));
    }
  }
}

function wrongDependency(): Error {
  return faults.mustBeOfType('Dependency', 'Schema Or Array Of Strings');
}

function fail(error: Error): never {
  throw error;
}

function booleanOrSchema(keywords: Keywords, name: string, sub: Sub): boolean | Schema | undefined {
  const value = keywords.get(name);
  if (value === undefined || typeof value === 'boolean') return value;
  if (!(value instanceof RegoObject)) throw faults.invalidType(`boolean/${VALID_SCHEMA}`, name);
  return sub(value);
}

function compilePattern(pattern: string): GoRegexp | undefined {
  try {
    return GoRegexp.compile(pattern);
  } catch (error) {
    if (error instanceof BuiltinError) return undefined;
    throw error;
  }
}

function compileItems(schema: Schema, keywords: Keywords, sub: Sub): void {
  const items = keywords.get('items');
  if (items !== undefined) {
    const wrong = faults.invalidType(`${VALID_SCHEMA}/${ARRAY_OF_SCHEMAS}`, 'items');
    if (!Array.isArray(items) && !isSchema(items)) throw wrong;
    schema.itemsIsSingle = !Array.isArray(items);
    for (const item of Array.isArray(items) ? (items as readonly Value[]) : [items]) {
      if (!isSchema(item)) throw wrong;
      schema.items.push(sub(item));
    }
  }
  schema.additionalItems = booleanOrSchema(keywords, 'additionalItems', sub);
}

function compileNumbers(schema: Schema, keywords: Keywords): void {
  const multipleOf = keywords.get('multipleOf');
  if (multipleOf !== undefined) {
    if (!isNumber(multipleOf)) throw faults.invalidType('Number', 'multipleOf');
    schema.multipleOf = toDecimal(multipleOf);
    if (schema.multipleOf.digits === '' || schema.multipleOf.negative) throw faults.mustBePositive('multipleOf');
  }
  schema.minimum = keywords.limit('minimum');
  compileExclusive(schema, keywords, 'exclusiveMinimum', 'minimum');
  schema.maximum = keywords.limit('maximum');
  compileExclusive(schema, keywords, 'exclusiveMaximum', 'maximum');
}

/** Draft 4 has a boolean beside the limit, later drafts have the limit itself, the hybrid either. */
function compileExclusive(
  schema: Schema,
  keywords: Keywords,
  name: 'exclusiveMinimum' | 'exclusiveMaximum',
  limit: 'minimum' | 'maximum',
): void {
  const value = keywords.get(name);
  if (value === undefined) return;
  const { draft } = schema;
  if (typeof value === 'boolean' && (draft === 4 || draft === HYBRID)) {
    if (schema[limit] === undefined) throw faults.cannotBeUsedWithout(name, limit);
    if (!value) return;
    schema[name] = schema[limit];
    schema[limit] = undefined;
  } else {
    const expected = draft === 4 ? 'boolean' : draft === HYBRID ? 'boolean/number' : 'number';
    if (draft === 4 || !isNumber(value)) throw faults.invalidType(expected, name);
    schema[name] = toDecimal(value);
  }
}

function compileStrings(schema: Schema, keywords: Keywords): void {
  schema.minLength = keywords.count('minLength');
  schema.maxLength = keywords.count('maxLength');
  if ((schema.minLength ?? 0) > (schema.maxLength ?? Infinity)) throw faults.cannotBeGreater('minLength', 'maxLength');
  const pattern = keywords.string('pattern');
  if (pattern !== undefined)
    schema.pattern = { source: pattern, regexp: compilePattern(pattern) ?? fail(faults.mustBeRegex('pattern')) };
  schema.format = keywords.string('format');
}

function compileObjectLimits(schema: Schema, keywords: Keywords): void {
  schema.minProperties = keywords.count('minProperties');
  schema.maxProperties = keywords.count('maxProperties');
  if ((schema.minProperties ?? 0) > (schema.maxProperties ?? Infinity))
    throw faults.cannotBeGreater('minProperties', 'maxProperties');
  const seen = new Set<Value>();
  for (const name of keywords.array('required')) {
    if (typeof name !== 'string') throw faults.invalidType('string', 'required');
    if (seen.has(name)) throw faults.itemsMustBeUnique('required');
    seen.add(name);
    schema.required.push(name);
  }
}

function compileArrayLimits(schema: Schema, keywords: Keywords, sub: Sub): void {
  schema.minItems = keywords.count('minItems');
  schema.maxItems = keywords.count('maxItems');
  const unique = keywords.get('uniqueItems');
  if (unique !== undefined && typeof unique !== 'boolean') throw faults.mustBeOfA('uniqueItems', 'boolean');
  schema.uniqueItems = unique ?? false;
  const contains = keywords.get('contains');
  if (contains !== undefined && schema.draft >= 6) schema.contains = sub(contains);
}

function compileValues(schema: Schema, keywords: Keywords): void {
  const constant = keywords.get('const');
  if (constant !== undefined && schema.draft >= 6) schema.const = canonicalText(constant);
  const seen = new Set<string>();
  for (const value of keywords.array('enum')) {
    const text = canonicalText(value);
    if (seen.has(text)) throw faults.itemsMustBeUnique('enum');
    seen.add(text);
    schema.enum.push(text);
  }
}

function compileCombinations(schema: Schema, keywords: Keywords, sub: Sub): void {
  for (const name of ['oneOf', 'anyOf', 'allOf'] as const) schema[name] = keywords.array(name).map(sub);
  const names = schema.draft >= 7 ? (['not', 'if', 'then', 'else'] as const) : (['not'] as const);
  for (const name of names) {
    const value = keywords.get(name);
    if (value === undefined) continue;
    if (!isSchema(value)) throw faults.mustBeOfAn(name, 'object');
    schema[name] = sub(value);
  }
}
