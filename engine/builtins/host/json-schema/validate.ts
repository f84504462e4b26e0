// A document against a compiled schema: every finding in OPA's order, with the score by which `anyOf` and `oneOf` pick the closest schema to report.
// Left to others: the meaning of `format` (formats.ts). Members of objects are visited in sorted order (OPA's order is random there).
import { getKey } from '../../../value/construct.ts';
import { compareDecimals, isInteger, toDecimal } from '../../../value/number.ts';
import type { Decimal } from '../../../value/number.ts';
import { RegoNumber, RegoObject } from '../../../value/value.ts';
import type { Value } from '../../../value/value.ts';
import { canonicalText } from './compile.ts';
import { hasFormat } from './formats.ts';
import type { Schema } from './schema.ts';
import { SchemaError } from './texts.ts';
import type { Finding } from './texts.ts';

/** Schemas that refer to one another can ask for unbounded depth and for exponential work; both end here. */
const MAX_DEPTH = 700;
const MAX_STEPS = 1_000_000;

/** How the document (plain JSON) fails the schema; empty when it is valid. Throws SchemaError when the work exceeds the limits. */
export function validate(schema: Schema, document: Value): readonly Finding[] {
  return new Validator().check(schema, document, '(Root)', 0).findings;
}

class Result {
  readonly findings: Finding[] = [];
  score = 0;

  get isValid(): boolean {
    return this.findings.length === 0;
  }

  add(type: string, path: string, description: string): void {
    const field = path.startsWith('(Root).') ? path.slice('(Root).'.length) : path;
    this.findings.push({ type, field, description });
    this.score -= 2;
  }

  merge(other: Result): void {
    for (const finding of other.findings) this.findings.push(finding);
    this.score += other.score;
  }
}

class Validator {
  #steps = 0;

  check(schema: Schema, value: Value, path: string, depth: number): Result {
    const result = new Result();
    this.#run(schema, value, path, depth, result);
    return result;
  }

  #run(schema: Schema, value: Value, path: string, depth: number, result: Result): void {
    if (depth > MAX_DEPTH || ++this.#steps > MAX_STEPS) throw new SchemaError('schema takes too much work to validate');
    if (schema.pass !== undefined) {
      if (!schema.pass) result.add('false', path, 'False always fails validation');
      return;
    }
    if (schema.reference !== undefined) {
      this.#run(schema.reference, value, path, depth + 1, result);
      return;
    }
    const type = jsonType(value);
    if (
      schema.types.length > 0 &&
      !schema.types.includes(type) &&
      !(type === 'integer' && schema.types.includes('number'))
    ) {
      const expected = schema.types.length === 1 ? schema.types[0]! : `[${schema.types.join(',')}]`;
      result.add('invalid_type', path, `Invalid type. Expected: ${expected}, given: ${type}`);
      return;
    }
    this.#combinations(schema, value, path, depth, result);
    if (value === null) {
      checkCommon(schema, value, path, result);
    } else if (value instanceof RegoObject) {
      this.#object(schema, value, path, depth, result);
      checkCommon(schema, value, path, result);
      for (const [name, property] of schema.properties) {
        const member = getKey(value, name);
        if (member !== undefined) this.#run(property, member, `${path}.${name}`, depth + 1, result);
      }
    } else if (Array.isArray(value)) {
      this.#array(schema, value as readonly Value[], path, depth, result);
      checkCommon(schema, value, path, result);
    } else {
      if (typeof value === 'number' || value instanceof RegoNumber) checkNumber(schema, toDecimal(value), path, result);
      checkCommon(schema, value, path, result);
      if (typeof value === 'string') checkString(schema, value, path, result);
    }
    result.score++;
  }

  #combinations(schema: Schema, value: Value, path: string, depth: number, result: Result): void {
    const check = (sub: Schema): Result => this.check(sub, value, path, depth + 1);
    if (schema.anyOf.length > 0) {
      const best = closest(schema.anyOf, check, (outcome) => outcome.isValid);
      if (best !== undefined) {
        result.add('number_any_of', path, 'Must validate at least one schema (anyOf)');
        result.merge(best);
      }
    }
    if (schema.oneOf.length > 0) this.#oneOf(schema.oneOf, check, path, result);
    if (schema.allOf.length > 0) {
      let isValid = true;
      for (const sub of schema.allOf) {
        const outcome = check(sub);
        isValid &&= outcome.isValid;
        result.merge(outcome);
      }
      if (!isValid) result.add('number_all_of', path, 'Must validate all the schemas (allOf)');
    }
    if (schema.not !== undefined && check(schema.not).isValid)
      result.add('number_not', path, 'Must not validate the schema (not)');
    if (schema.dependencies.size > 0 && value instanceof RegoObject)
      this.#dependencies(schema, value, path, depth, result);
    if (schema.if !== undefined) conditional(schema, check, path, result);
    result.score++;
  }

  #oneOf(schemas: readonly Schema[], check: (sub: Schema) => Result, path: string, result: Result): void {
    let valid = 0;
    const best = closest(schemas, check, (outcome) => {
      if (outcome.isValid) valid++;
      return false;
    });
    if (valid === 1) return;
    result.add('number_one_of', path, 'Must validate one and only one schema (oneOf)');
    if (valid === 0 && best !== undefined) result.merge(best);
  }

  #dependencies(schema: Schema, value: RegoObject, path: string, depth: number, result: Result): void {
    for (const [name] of value.entries) {
      const dependency = schema.dependencies.get(name as string);
      if (dependency === undefined) continue;
      if (Array.isArray(dependency)) {
        for (const other of dependency as readonly string[])
          if (getKey(value, other) === undefined)
            result.add('missing_dependency', path, `Has a dependency on ${other}`);
      } else {
        this.#run(dependency as Schema, value, path, depth + 1, result);
      }
    }
  }

  #object(schema: Schema, value: RegoObject, path: string, depth: number, result: Result): void {
    const size = value.entries.length;
    if (size < (schema.minProperties ?? 0))
      result.add('array_min_properties', path, `Must have at least ${schema.minProperties} properties`);
    if (size > (schema.maxProperties ?? Infinity))
      result.add('array_max_properties', path, `Must have at most ${schema.maxProperties} properties`);
    for (const name of schema.required) {
      if (getKey(value, name) === undefined) result.add('required', path, `${name} is required`);
      else result.score++;
    }
    for (const [key, member] of value.entries) this.#member(schema, key as string, member, path, depth, result);
    if (schema.propertyNames !== undefined) {
      for (const [key] of value.entries) {
        const outcome = this.check(schema.propertyNames, key, path, depth + 1);
        if (outcome.isValid) continue;
        result.add('invalid_property_name', path, `Property name of "${key as string}" does not match`);
        result.merge(outcome);
      }
    }
    result.score++;
  }

  #member(schema: Schema, key: string, member: Value, path: string, depth: number, result: Result): void {
    let isDescribed = false;
    for (const [pattern, sub] of schema.patternProperties) {
      if (!pattern.test(key)) continue;
      isDescribed = true;
      result.merge(this.check(sub, member, `${path}.${key}`, depth + 1));
    }
    if (isDescribed) result.score++;
    const { additionalProperties } = schema;
    if (
      isDescribed ||
      schema.properties.has(key) ||
      additionalProperties === undefined ||
      additionalProperties === true
    )
      return;
    if (additionalProperties === false)
      result.add('additional_property_not_allowed', path, `Additional property ${key} is not allowed`);
    else result.merge(this.check(additionalProperties, member, `${path}.${key}`, depth + 1));
  }

  #array(schema: Schema, items: readonly Value[], path: string, depth: number, result: Result): void {
    items.forEach((item, i) => {
      const sub = schema.itemsIsSingle ? schema.items[0] : (schema.items[i] ?? additionalItem(schema));
      if (sub !== undefined) result.merge(this.check(sub, item, `${path}.${i}`, depth + 1));
    });
    if (schema.additionalItems === false && hasAdditional(schema) && items.length > schema.items.length)
      result.add('array_no_additional_items', path, 'No additional items allowed on array');
    if (items.length < (schema.minItems ?? 0))
      result.add('array_min_items', path, `Array must have at least ${schema.minItems} items`);
    if (items.length > (schema.maxItems ?? Infinity))
      result.add('array_max_items', path, `Array must have at most ${schema.maxItems} items`);
    if (schema.uniqueItems) checkUnique(items, path, result);
    if (schema.contains !== undefined) this.#contains(schema.contains, items, path, depth, result);
    result.score++;
  }

  #contains(schema: Schema, items: readonly Value[], path: string, depth: number, result: Result): void {
    let best: Result | undefined;
    for (const [i, item] of items.entries()) {
      const outcome = this.check(schema, item, `${path}.${i}`, depth + 1);
      if (outcome.isValid) return;
      if (best === undefined || outcome.score > best.score) best = outcome;
    }
    result.add('contains', path, 'At least one of the items must match');
    if (best !== undefined) result.merge(best);
  }
}

/** The failed outcome with the best score, the first of equals; undefined once `isEnough` says so. Outcomes after a valid one do not count. */
function closest(
  schemas: readonly Schema[],
  check: (sub: Schema) => Result,
  isEnough: (outcome: Result) => boolean,
): Result | undefined {
  let best: Result | undefined;
  let hasValid = false;
  for (const schema of schemas) {
    const outcome = check(schema);
    if (isEnough(outcome)) return undefined;
    hasValid ||= outcome.isValid;
    if (!hasValid && (best === undefined || outcome.score > best.score)) best = outcome;
  }
  return best;
}

function conditional(schema: Schema, check: (sub: Schema) => Result, path: string, result: Result): void {
  const holds = check(schema.if!).isValid;
  const branch = holds ? schema.then : schema.else;
  if (branch === undefined) return;
  const outcome = check(branch);
  if (outcome.isValid) return;
  if (holds) result.add('condition_then', path, 'Must validate "then" as "if" was valid');
  else result.add('condition_else', path, 'Must validate "else" as "if" was not valid');
  result.merge(outcome);
}

function jsonType(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value;
  if (typeof value === 'number' || value instanceof RegoNumber) return isInteger(value) ? 'integer' : 'number';
  return value instanceof RegoObject ? 'object' : 'array';
}

/** Schemas by position, so that there may be further items. */
function hasAdditional(schema: Schema): boolean {
  return !schema.itemsIsSingle && schema.items.length > 0;
}

function additionalItem(schema: Schema): Schema | undefined {
  return hasAdditional(schema) && typeof schema.additionalItems === 'object' ? schema.additionalItems : undefined;
}

function checkCommon(schema: Schema, value: Value, path: string, result: Result): void {
  if (schema.const !== undefined && canonicalText(value) !== schema.const)
    result.add('const', path, `${fieldName(path)} does not match: ${schema.const}`);
  if (schema.enum.length > 0 && !schema.enum.includes(canonicalText(value)))
    result.add('enum', path, `${fieldName(path)} must be one of the following: ${schema.enum.join(', ')}`);
  if (schema.format !== undefined && typeof value === 'string' && !hasFormat(schema.format, value))
    result.add('format', path, `Does not match format '${schema.format}'`);
  result.score++;
}

function fieldName(path: string): string {
  return path.startsWith('(Root).') ? path.slice('(Root).'.length) : path;
}

function checkUnique(items: readonly Value[], path: string, result: Result): void {
  const seen = new Map<string, number>();
  for (const [j, item] of items.entries()) {
    const text = canonicalText(item);
    const i = seen.get(text);
    if (i !== undefined) result.add('unique', path, `array items[${i},${j}] must be unique`);
    seen.set(text, j);
  }
}

function checkString(schema: Schema, text: string, path: string, result: Result): void {
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    let length = 0;
    for (const _ of text) length++;
    if (length < (schema.minLength ?? 0))
      result.add('string_gte', path, `String length must be greater than or equal to ${schema.minLength}`);
    if (length > (schema.maxLength ?? Infinity))
      result.add('string_lte', path, `String length must be less than or equal to ${schema.maxLength}`);
  }
  if (schema.pattern !== undefined && !schema.pattern.regexp.test(text))
    result.add('pattern', path, `Does not match pattern '${schema.pattern.source}'`);
  result.score++;
}

function checkNumber(schema: Schema, number: Decimal, path: string, result: Result): void {
  const order = (limit: Decimal): number => compareDecimals(number, limit);
  const { multipleOf, maximum, exclusiveMaximum, minimum, exclusiveMinimum } = schema;
  if (multipleOf !== undefined && !isMultiple(number, multipleOf))
    result.add('multiple_of', path, `Must be a multiple of ${show(multipleOf)}`);
  if (maximum !== undefined && order(maximum) > 0)
    result.add('number_lte', path, `Must be less than or equal to ${show(maximum)}`);
  if (exclusiveMaximum !== undefined && order(exclusiveMaximum) >= 0)
    result.add('number_lt', path, `Must be less than ${show(exclusiveMaximum)}`);
  if (minimum !== undefined && order(minimum) < 0)
    result.add('number_gte', path, `Must be greater than or equal to ${show(minimum)}`);
  if (exclusiveMinimum !== undefined && order(exclusiveMinimum) <= 0)
    result.add('number_gt', path, `Must be greater than ${show(exclusiveMinimum)}`);
  result.score++;
}

/** A limit as Go's big.Float prints it: every digit, with an exponent of two digits from 1e+06 up and below 1e-04. */
function show({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  const power = digits.length + exponent - 1;
  if (power >= -4 && power < 6) {
    if (exponent >= 0) return sign + digits + '0'.repeat(exponent);
    const padded = digits.padStart(1 - exponent, '0');
    return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
  }
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Whether a / b is whole, without ever writing out the powers of ten: they count modulo b only. */
function isMultiple(a: Decimal, b: Decimal): boolean {
  if (a.digits === '') return true;
  const shift = a.exponent - b.exponent;
  // a's digits do not end in zero, so a negative power of ten cannot be made up for.
  if (shift < 0) return false;
  const divisor = BigInt(b.digits);
  return (BigInt(a.digits) * powerModulo(10n, BigInt(shift), divisor)) % divisor === 0n;
}

function powerModulo(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
