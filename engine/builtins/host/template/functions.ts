// The functions of Go's text/template on Go's values.
// Left to others: calling them (execute.ts), printing (go-format.ts).
import { compareStrings } from '../../../value/compare.ts';
import { printGoValue, sprint, sprintf, sprintln } from '../go-format.ts';
import { goType } from '../go-value.ts';
import type { GoValue } from '../go-value.ts';

/** A value as Go's reflection sees it: undefined is no value at all; `boxed` when its static type is `interface {}`. */
export type Item = { readonly value: GoValue; readonly boxed: boolean } | undefined;

/** Why a function fails; the caller adds where. */
export class FunctionError extends Error {}

/** What a function takes: so many arguments, more if `variadic`; the first one a string if `format`. */
export interface Signature {
  readonly fixed: number;
  readonly variadic: boolean;
  readonly format: boolean;
  /** Whether missing values arrive as such; otherwise as nil. */
  readonly reflective: boolean;
  readonly call: (args: readonly Item[]) => Item;
}

function text(value: string): Item {
  return { value: { kind: 'string', value }, boxed: false };
}

function bool(value: boolean): Item {
  return { value: { kind: 'bool', value }, boxed: false };
}

function int(value: number): Item {
  return { value: { kind: 'int', value: BigInt(value) }, boxed: false };
}

/** What is in the box: a nil in a box is no value. */
export function unbox(item: Item): GoValue | undefined {
  return item === undefined || item.value.kind === 'nil' ? undefined : item.value;
}

/** Whether a condition holds: everything but zeros, empty texts and collections, and nothing. */
export function isTrue(item: Item): boolean {
  const value = unbox(item);
  if (value === undefined) return false;
  switch (value.kind) {
    case 'bool':
      return value.value;
    case 'int':
    case 'big':
      return value.value !== 0n;
    case 'float64':
      return value.value !== 0;
    case 'string':
      return value.value !== '';
    case 'slice':
      return value.items.length > 0;
    case 'map':
      return value.entries.size > 0;
    case 'nil':
      return false;
  }
}

/** The place of a map's member or a list's element. */
export function boxed(value: GoValue | undefined): Item {
  return value === undefined ? undefined : { value, boxed: true };
}

function plain(values: readonly Item[]): GoValue[] {
  return values.map((item) => item?.value ?? { kind: 'nil' });
}

/** The text that `html`, `js` and `urlquery` escape. */
function joined(args: readonly Item[]): string {
  const [first] = args;
  if (args.length === 1 && first?.value.kind === 'string' && first.value.type === undefined) return first.value.value;
  return sprint(plain(args).map((value) => (value.kind === 'nil' ? { kind: 'string', value: '<no value>' } : value)));
}

const HTML: Readonly<Record<string, string>> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

function escapeJs(source: string): string {
  return source.replace(/[\\'"<>&=]|[\x00-\x1f]|[^\x00-\x7f]/gu, (character) => {
    if (character >= '\x80' && /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(character)) return character;
    return JS[character] ?? `\\u${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

function escapeQuery(source: string): string {
  return Buffer.from(source)
    .toString('latin1')
    .replace(/[^A-Za-z0-9\-_.~]/g, (byte) => {
      return byte === ' ' ? '+' : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    });
}

/** An index, at most `limit`. */
function indexOf(item: Item, limit: number): number {
  const index = unbox(item);
  if (index === undefined) throw new FunctionError('cannot index slice/array with nil');
  if (index.kind !== 'int') throw new FunctionError(`cannot index slice/array with type ${goType(index)}`);
  if (index.value < 0n || index.value > BigInt(limit)) throw new FunctionError(`index out of range: ${index.value}`);
  return Number(index.value);
}

function element(item: Item, index: Item): Item {
  const value = unbox(item);
  if (value === undefined) throw new FunctionError('index of nil pointer');
  switch (value.kind) {
    case 'slice': {
      const i = indexOf(index, value.items.length);
      if (i === value.items.length) throw new FunctionError('reflect: slice index out of range');
      return boxed(value.items[i]);
    }
    case 'string': {
      const bytes = Buffer.from(value.value);
      const i = indexOf(index, bytes.length);
      if (i === bytes.length) throw new FunctionError('reflect: string index out of range');
      return { value: { kind: 'int', type: 'uint8', value: BigInt(bytes[i]!) }, boxed: false };
    }
    case 'map': {
      const key = unbox(index);
      if (key === undefined) throw new FunctionError('value is nil; should be of type string');
      if (key.kind !== 'string' || key.type !== undefined) {
        throw new FunctionError(`value has type ${goType(key)}; should be string`);
      }
      return boxed(value.entries.get(key.value) ?? { kind: 'nil' });
    }
    default:
      throw new FunctionError(`can't index item of type ${goType(value)}`);
  }
}

function slice([item, ...indexes]: readonly Item[]): Item {
  const value = unbox(item);
  if (value === undefined) throw new FunctionError('slice of untyped nil');
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`);
  if (value.kind !== 'string' && value.kind !== 'slice') {
    throw new FunctionError(`can't slice item of type ${goType(value)}`);
  }
  if (value.kind === 'string' && indexes.length === 3) throw new FunctionError('cannot 3-index slice a string');
  const bytes = value.kind === 'string' ? Buffer.from(value.value) : undefined;
  const length = value.kind === 'slice' ? value.items.length : bytes!.length;
  const [from = 0, to = length, cap = length] = indexes.map((index) => {
    if (index?.boxed === true) throw new FunctionError('cannot index slice/array with type interface {}');
    return indexOf(index, length);
  });
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`);
  if (to > cap) throw new FunctionError(`invalid slice index: ${to} > ${cap}`);
  if (value.kind === 'slice') return { value: { ...value, items: value.items.slice(from, to) }, boxed: false };
  return { value: { ...value, value: bytes!.toString('utf8', from, to) }, boxed: false };
}

function length(item: Item): number {
  const value = unbox(item);
  if (item !== undefined && value === undefined) throw new FunctionError('len of nil pointer');
  if (value === undefined) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value');
  if (value.kind === 'slice') return value.items.length;
  if (value.kind === 'map') return value.entries.size;
  if (value.kind === 'string') return Buffer.byteLength(value.value);
  throw new FunctionError(`len of type ${goType(value)}`);
}

type Basic = 'bool' | 'int' | 'float' | 'string';

function basicKind(value: GoValue | undefined): Basic | undefined {
  switch (value?.kind) {
    case 'bool':
    case 'int':
    case 'string':
      return value.kind;
    case 'float64':
      return 'float';
    default:
      return undefined;
  }
}

function incompatible(a: GoValue, b: GoValue): FunctionError {
  return new FunctionError(`incompatible types for comparison: ${goType(a)} and ${goType(b)}`);
}

/** Whether the first argument equals one of the others. */
function equalsAny([first, ...others]: readonly Item[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison');
  const a = unbox(first);
  return others.some((other) => {
    const b = unbox(other);
    if (a === undefined || b === undefined) return a === b;
    const [kindA, kindB] = [basicKind(a), basicKind(b)];
    if (kindA !== kindB) throw incompatible(a, b);
    if (kindA === undefined) {
      if (a.kind === b.kind) throw new FunctionError(`non-comparable type ${sprintf('%s', [b])}: ${goType(b)}`);
      const types = `${sprintf('%s', [a])}: ${goType(a)}, ${goType(b)}`;
      throw new FunctionError(`non-comparable types ${types}: ${printGoValue(b)}`);
    }
    return (a as { value: unknown }).value === (b as { value: unknown }).value;
  });
}

function isLess(first: Item, second: Item): boolean {
  const invalid = new FunctionError('invalid type for comparison');
  const a = unbox(first);
  if (a === undefined || basicKind(a) === undefined) throw invalid;
  const b = unbox(second);
  if (b === undefined || basicKind(b) === undefined) throw invalid;
  if (basicKind(a) !== basicKind(b)) throw incompatible(a, b);
  if (a.kind === 'string' && b.kind === 'string') return compareStrings(a.value, b.value) < 0;
  if ((a.kind === 'int' && b.kind === 'int') || (a.kind === 'float64' && b.kind === 'float64'))
    return a.value < b.value;
  throw invalid;
}

function reflective(fixed: number, variadic: boolean, call: (args: readonly Item[]) => Item): Signature {
  return { fixed, variadic, format: false, reflective: true, call };
}

function printing(call: (args: readonly Item[]) => string): Signature {
  return { fixed: 0, variadic: true, format: false, reflective: false, call: (args) => text(call(args)) };
}

/** `and` and `or` do not evaluate all of their arguments; `call` needs the callee's name: those are the executor's. */
export const FUNCTIONS: Readonly<Record<string, Signature>> = {
  and: reflective(1, true, (args) => args[0]),
  or: reflective(1, true, (args) => args[0]),
  call: reflective(1, true, (args) => args[0]),
  not: reflective(1, false, ([item]) => bool(!isTrue(item))),
  index: reflective(1, true, ([item, ...indexes]) => {
    if (unbox(item) === undefined) throw new FunctionError('index of untyped nil');
    return indexes.reduce(element, item);
  }),
  slice: reflective(1, true, slice),
  len: reflective(1, false, ([item]) => int(length(item))),
  eq: reflective(1, true, (args) => bool(equalsAny(args))),
  ne: reflective(2, false, (args) => bool(!equalsAny(args))),
  lt: reflective(2, false, ([a, b]) => bool(isLess(a, b))),
  le: reflective(2, false, ([a, b]) => bool(isLess(a, b) || equalsAny([a, b]))),
  gt: reflective(2, false, ([a, b]) => bool(!(isLess(a, b) || equalsAny([a, b])))),
  ge: reflective(2, false, ([a, b]) => bool(!isLess(a, b))),
  print: printing((args) => sprint(plain(args))),
  println: printing((args) => sprintln(plain(args))),
  html: printing((args) => joined(args).replace(/[\0"'&<>]/g, (character) => HTML[character]!)),
  js: printing((args) => escapeJs(joined(args))),
  urlquery: printing((args) => escapeQuery(joined(args))),
  printf: {
    fixed: 1,
    variadic: true,
    format: true,
    reflective: false,
    call: ([format, ...args]) => text(sprintf((format!.value as { value: string }).value, plain(args))),
  },
};

/** Names that a template may call. */
export const FUNCTION_NAMES: ReadonlySet<string> = new Set(Object.keys(FUNCTIONS));
