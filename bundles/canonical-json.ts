// JSON text as OPA hashes it: keys sorted, no spaces, numbers as they are written.
// Values that are to be evaluated go through engine/value/json.ts, where 1.0 and 1 are one number.
import { compareStrings } from '../engine/value/compare.ts';
import { MAX_DEPTH, Scanner, ValueSyntaxError } from '../engine/value/scanner.ts';

/** The canonical form of a JSON text. Of repeated keys the last one counts. Throws ValueSyntaxError. */
export function canonicalJson(text: string): string {
  return print(tree(text));
}

/** A JSON text and the path that its document has in another one. */
export interface PlacedJson {
  readonly keys: readonly string[];
  readonly text: string;
}

/**
 * The canonical form of the document that the texts make up together. Objects become one; of other values in one place the last
 * counts: contradictions are found before. Throws ValueSyntaxError.
 */
export function mergeJson(documents: readonly PlacedJson[]): string {
  let merged: Tree = new Map();
  for (const { keys, text } of documents)
    merged = merge(
      merged,
      keys.reduceRight<Tree>((inner, key) => new Map([[key, inner]]), tree(text)),
    );
  return print(merged);
}

/** An object by its keys, or the canonical text of anything else. */
type Tree = string | ReadonlyMap<string, Tree>;

function tree(text: string): Tree {
  const scanner = new Scanner(text);
  const found = canonicalTree(scanner, 0);
  scanner.end();
  return found;
}

function merge(a: Tree | undefined, b: Tree): Tree {
  if (a === undefined || typeof a === 'string' || typeof b === 'string') return b;
  const merged = new Map(a);
  for (const [key, value] of b) merged.set(key, merge(merged.get(key), value));
  return merged;
}

function print(value: Tree): string {
  if (typeof value === 'string') return value;
  const sorted = [...value].sort(([a], [b]) => compareStrings(a, b));
  return `{${sorted.map(([key, item]) => `${canonicalString(key)}:${print(item)}`).join(',')}}`;
}

function canonicalTree(scanner: Scanner, depth: number): Tree {
  return scanner.peek() === 123 ? canonicalObject(scanner, depth) : canonicalValue(scanner, depth);
}

function canonicalValue(scanner: Scanner, depth: number): string {
  if (depth > MAX_DEPTH) throw new ValueSyntaxError('exceeded max depth', scanner.offset);
  switch (scanner.peek()) {
    case 34:
      return canonicalString(scanner.string());
    case 91:
      return `[${list(scanner, 93, () => canonicalValue(scanner, depth + 1), 'after array element').join(',')}]`;
    case 123:
      return print(canonicalObject(scanner, depth));
    case 110:
      return word(scanner, 'null');
    case 116:
      return word(scanner, 'true');
    case 102:
      return word(scanner, 'false');
    default: {
      if (!/[-0-9]/.test(scanner.text[scanner.offset] ?? '')) scanner.fail('looking for beginning of value');
      const start = scanner.offset;
      scanner.number();
      return scanner.text.slice(start, scanner.offset);
    }
  }
}

function canonicalObject(scanner: Scanner, depth: number): Tree {
  if (depth > MAX_DEPTH) throw new ValueSyntaxError('exceeded max depth', scanner.offset);
  const members = new Map<string, Tree>();
  list(
    scanner,
    125,
    () => {
      if (scanner.peek() !== 34) scanner.fail('looking for beginning of object key string');
      const key = scanner.string();
      if (scanner.peek() !== 58) scanner.fail('after object key');
      scanner.offset++;
      members.set(key, canonicalTree(scanner, depth + 1));
    },
    'after object key:value pair',
  );
  return members;
}

function list<T>(scanner: Scanner, close: number, item: () => T, context: string): T[] {
  scanner.offset++;
  const items: T[] = [];
  if (scanner.peek() === close) {
    scanner.offset++;
    return items;
  }
  for (;;) {
    items.push(item());
    const unit = scanner.peek();
    if (unit !== 44 && unit !== close) scanner.fail(context);
    scanner.offset++;
    if (unit === close) return items;
  }
}

function word(scanner: Scanner, text: string): string {
  scanner.word(text);
  return text;
}

/** Go's encoder escapes the two separators even when it leaves HTML alone. */
function canonicalString(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (c) => (c === '\u2028' ? '\\u2028' : '\\u2029'));
}
