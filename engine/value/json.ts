// Values to and from JSON text without loss of numbers, and to and from plain JavaScript values.
// Left to others: text that tells sets from arrays (rego-text.ts).
import { makeObject } from './construct.ts';
import { compareStrings } from './compare.ts';
import { numberText, parseNumber } from './number.ts';
import { MAX_DEPTH, Scanner, ValueSyntaxError } from './scanner.ts';
import { mapPieces } from './stray-bytes.ts';
import { RegoNumber, RegoObject, RegoSet } from './value.ts';
import type { Value } from './value.ts';

/**
 * The value of a JSON text. Of repeated keys the last one counts. `keepNumbers` keeps the text of each number (`1.0`). Throws ValueSyntaxError.
 *
 * @example parseJson('{"n": 12345678901234567890}')
 */
export function parseJson(text: string, options: { readonly keepNumbers?: boolean } = {}): Value {
  const scanner = new Scanner(text, options);
  const value = parseValue(scanner, 0);
  scanner.end();
  return value;
}

function parseValue(scanner: Scanner, depth: number): Value {
  if (depth > MAX_DEPTH) throw new ValueSyntaxError('exceeded max depth', scanner.offset);
  switch (scanner.peek()) {
    case 34:
      return scanner.string();
    case 91:
      return parseArray(scanner, depth);
    case 123:
      return parseObject(scanner, depth);
    case 110:
      scanner.word('null');
      return null;
    case 116:
      scanner.word('true');
      return true;
    case 102:
      scanner.word('false');
      return false;
    default:
      if (!/[-0-9]/.test(scanner.text[scanner.offset] ?? '')) scanner.fail('looking for beginning of value');
      return scanner.number();
  }
}

function parseArray(scanner: Scanner, depth: number): Value {
  scanner.offset++;
  const items: Value[] = [];
  if (scanner.peek() === 93) {
    scanner.offset++;
    return items;
  }
  for (;;) {
    items.push(parseValue(scanner, depth + 1));
    const unit = scanner.peek();
    if (unit !== 44 && unit !== 93) scanner.fail('after array element');
    scanner.offset++;
    if (unit === 93) return items;
  }
}

function parseObject(scanner: Scanner, depth: number): Value {
  scanner.offset++;
  const entries: [string, Value][] = [];
  if (scanner.peek() === 125) {
    scanner.offset++;
    return new RegoObject(entries);
  }
  for (;;) {
    if (scanner.peek() !== 34) scanner.fail('looking for beginning of object key string');
    const key = scanner.string();
    if (scanner.peek() !== 58) scanner.fail('after object key');
    scanner.offset++;
    entries.push([key, parseValue(scanner, depth + 1)]);
    const unit = scanner.peek();
    if (unit !== 44 && unit !== 125) scanner.fail('after object key:value pair');
    scanner.offset++;
    if (unit === 125) return makeObject(entries);
  }
}

/** How `printJson` lays out its text. */
export interface JsonLayout {
  /** One level of indentation; empty: everything on one line. */
  readonly indent?: string;
  /** Put before every line but the first. */
  readonly prefix?: string;
  /** Write `<`, `>`, `&`, U+2028 and U+2029 as escapes, as Go's encoder and OPA's json.marshal do. */
  readonly escapeHtml?: boolean;
}

/** JSON text of a value: keys sorted, sets as arrays, keys that are no strings as their JSON text; compact unless `layout` has an indent. */
export function printJson(value: Value, layout: JsonLayout = {}): string {
  return print(
    value,
    layout,
    layout.indent === undefined && layout.prefix === undefined ? undefined : `\n${layout.prefix ?? ''}`,
  );
}

function print(value: Value, layout: JsonLayout, newline: string | undefined): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return printString(value, layout);
  if (typeof value === 'number' || value instanceof RegoNumber) return numberText(value);
  const inner = newline === undefined ? undefined : newline + (layout.indent ?? '');
  if (value instanceof RegoObject) {
    const colon = newline === undefined ? ':' : ': ';
    const entries = jsonEntries(value).map(
      ([key, item]) => printString(key, layout) + colon + print(item, layout, inner),
    );
    return wrap('{', entries, '}', newline, inner);
  }
  const items = value instanceof RegoSet ? value.items : value;
  return wrap(
    '[',
    items.map((item) => print(item, layout, inner)),
    ']',
    newline,
    inner,
  );
}

function wrap(
  open: string,
  parts: readonly string[],
  close: string,
  newline: string | undefined,
  inner: string | undefined,
): string {
  if (parts.length === 0 || inner === undefined) return open + parts.join(',') + close;
  return open + inner + parts.join(`,${inner}`) + newline + close;
}

/** Entries with their keys as JSON has them: strings, sorted; of keys with the same text the last one in Rego's order counts. */
function jsonEntries(object: RegoObject): (readonly [string, Value])[] {
  const entries = object.entries;
  if (entries.every((entry) => typeof entry[0] === 'string'))
    return entries as readonly (readonly [string, Value])[] as (readonly [string, Value])[];
  const byText = new Map(entries.map(([key, item]) => [jsonKey(key), item]));
  return [...byText].sort((a, b) => compareStrings(a[0], b[0]));
}

/** The member name that stands for a key in JSON: a string as it is, anything else as its JSON text. */
export function jsonKey(key: Value): string {
  return typeof key === 'string' ? key : printJson(key);
}

const HTML = /[<>&\u2028\u2029]/g;

function printString(text: string, layout: JsonLayout): string {
  const quoted = text.isWellFormed() ? JSON.stringify(text) : quoteStray(text);
  if (layout.escapeHtml !== true) return quoted;
  return quoted.replace(HTML, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** As Go's encoding/json: bytes that belong to no character as an escaped U+FFFD. */
function quoteStray(text: string): string {
  const pieces = mapPieces(
    text,
    (piece) => JSON.stringify(piece).slice(1, -1),
    () => '\\ufffd',
  );
  return `"${pieces.join('')}"`;
}

/** The value of plain JavaScript data (as JSON.parse gives it, also Map and bigint). Members that are `undefined` are left out; throws TypeError on what has no value (functions, NaN). */
export function fromJs(data: unknown): Value {
  if (data === null || typeof data === 'boolean') return data;
  if (typeof data === 'string') return data.isWellFormed() ? data : data.toWellFormed();
  if (typeof data === 'number') {
    if (!Number.isFinite(data)) throw new TypeError(`not a Rego number: ${data}`);
    return data === 0 ? 0 : data;
  }
  if (typeof data === 'bigint') return parseNumber(data.toString())!;
  if (typeof data !== 'object') throw new TypeError(`not a Rego value: ${typeof data}`);
  if (data instanceof RegoNumber || data instanceof RegoObject || data instanceof RegoSet) return data;
  if (Array.isArray(data)) return data.map(fromJs);
  const members = data instanceof Map ? [...(data as Map<string, unknown>)] : Object.entries(data);
  return makeObject(
    members.filter(([, item]) => item !== undefined).map(([key, item]) => [fromJs(key), fromJs(item)] as const),
  );
}

/** Plain JavaScript data: sets become arrays, keys text, and numbers the nearest double. Objects have no prototype, so `__proto__` is a key like any other. */
export function toJs(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof RegoNumber) return Number(value.text);
  if (value instanceof RegoSet) return value.items.map(toJs);
  if (!(value instanceof RegoObject)) return value.map(toJs);
  const members = Object.create(null) as Record<string, unknown>;
  for (const [key, item] of jsonEntries(value)) members[key] = toJs(item);
  return members;
}

export { printJson as dumpJson };
