// Values in Rego's own syntax, where sets and keys of any type keep their nature: what the module exchanges with the host.
// Left to others: terms with variables, references or comprehensions (engine/syntax).
import { makeObject, makeSet } from './construct.ts';
import { numberText } from './number.ts';
import { MAX_DEPTH, Scanner, ValueSyntaxError } from './scanner.ts';
import { isStray, mapPieces, strayByte } from './stray-bytes.ts';
import { RegoNumber, RegoObject, RegoSet } from './value.ts';
import type { Value } from './value.ts';

/**
 * The value of a ground Rego term: JSON plus `{1, 2}`, `set()` and keys of any type; trailing commas and the escapes of
 * Go's quoted strings are let pass. `keepNumbers` keeps the text of each number (`1.0`). Throws ValueSyntaxError.
 *
 * @example parseRego('{[1, {"a"}]: set()}')
 */
export function parseRego(text: string, options: { readonly keepNumbers?: boolean } = {}): Value {
  const scanner = new Scanner(text, { goEscapes: true, ...options });
  const value = parseTerm(scanner, 0);
  scanner.end();
  return value;
}

function parseTerm(scanner: Scanner, depth: number): Value {
  if (depth > MAX_DEPTH) throw new ValueSyntaxError('exceeded max depth', scanner.offset);
  switch (scanner.peek()) {
    case 34:
      return scanner.string();
    case 91:
      return parseItems(scanner, 93, depth);
    case 123:
      return parseBraces(scanner, depth);
    case 115:
      scanner.word('set(');
      if (scanner.peek() !== 41) scanner.fail('in set()');
      scanner.offset++;
      return new RegoSet([]);
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

/** Items up to `close`, with the opening bracket at the offset. */
function parseItems(scanner: Scanner, close: number, depth: number): Value[] {
  scanner.offset++;
  const items: Value[] = [];
  while (scanner.peek() !== close) {
    items.push(parseTerm(scanner, depth + 1));
    if (scanner.peek() === 44) scanner.offset++;
    else if (scanner.peek() !== close) scanner.fail('after array element');
  }
  scanner.offset++;
  return items;
}

function parseBraces(scanner: Scanner, depth: number): Value {
  scanner.offset++;
  const items: Value[] = [];
  const entries: [Value, Value][] = [];
  while (scanner.peek() !== 125) {
    const key = parseTerm(scanner, depth + 1);
    const isEntry = scanner.peek() === 58;
    if (isEntry ? items.length > 0 : entries.length > 0) scanner.fail('in a collection that is both set and object');
    if (isEntry) {
      scanner.offset++;
      entries.push([key, parseTerm(scanner, depth + 1)]);
    } else {
      items.push(key);
    }
    if (scanner.peek() === 44) scanner.offset++;
    else if (scanner.peek() !== 125) scanner.fail(isEntry ? 'after object key:value pair' : 'after set element');
  }
  scanner.offset++;
  return items.length > 0 ? makeSet(items) : makeObject(entries);
}

/** The shortest text that `parseRego` and the module's `opa_value_parse` read back as the same value. */
export function dumpRego(value: Value): string {
  return print(value, ',', ':', quoteWhole);
}

/** The term as OPA prints it, in `sprintf("%v")`, `print` and messages: `{"a": [1, {2}], "b": set()}`. A string is quoted in Go's manner. */
export function printTerm(value: Value): string {
  return print(value, ', ', ': ', quoteGo);
}

/** As JSON quotes it, stray bytes as they are. */
function quoteWhole(text: string): string {
  if (text.isWellFormed()) return JSON.stringify(text);
  return `"${mapPieces(text, (piece) => JSON.stringify(piece).slice(1, -1), strayByte).join('')}"`;
}

function print(value: Value, comma: string, colon: string, quote: (text: string) => string): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || value instanceof RegoNumber) return numberText(value);
  const inner = (item: Value): string => print(item, comma, colon, quote);
  if (value instanceof RegoObject)
    return `{${value.entries.map(([key, item]) => inner(key) + colon + inner(item)).join(comma)}}`;
  if (value instanceof RegoSet) return value.items.length === 0 ? 'set()' : `{${value.items.map(inner).join(comma)}}`;
  return `[${value.map(inner).join(comma)}]`;
}

const NEEDS_ESCAPE = /["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu;
const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** A string as Go's strconv.Quote writes it: what cannot be printed as `\x01`, `\u00a0` or `\U000e0001`. */
export function quoteGo(text: string): string {
  return `"${text.replace(NEEDS_ESCAPE, escapeGo)}"`;
}

/** One character as Go escapes it between double quotes. */
export function escapeGo(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const code = character.codePointAt(0)!;
  if (isStray(code)) return `\\x${(code & 0xff).toString(16)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
