// Constants laid out at compile time as the runtime library lays values out (layouts: engine/runtime/assembly), with hashes
// and order already there, so that a module starts without work. Leaves putting the bytes into a module to the linker.
import { compareValues } from '../value/compare.ts';
import { printNumber, toBigInt, toDecimal } from '../value/number.ts';
import { RegoNumber, RegoObject, RegoSet } from '../value/value.ts';
import type { Value } from '../value/value.ts';
import { runtimeGlobals, runtimeHeapBase } from './runtime.gen.ts';
import {
  FLAG_CONSTANT,
  FLAG_INTEGER,
  FLAG_SORTED,
  FLAG_TEXT,
  HASH,
  Kind,
  LINEAR_ENTRIES,
  MAX_PROBES,
  finishHash,
  hashBytes,
  mix,
} from './value-layout.ts';

/** The finished segment: bytes for the memory from `address` on, and the patch points of the runtime to set. */
export interface StaticSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly globals: Readonly<Record<string, number>>;
}

/** A value already laid out. */
interface Constant {
  readonly address: number;
  readonly hash: number;
}

const encoder = new TextEncoder();
const MIN_I64 = -(2n ** 63n);
const MAX_I64 = 2n ** 63n - 1n;

/**
 * The static data of one module. Equal values get one address.
 *
 * @example
 * const statics = new StaticData();
 * const admin = statics.value('admin');
 * const { address, bytes, globals } = statics.finish();
 */
export class StaticData {
  readonly #base: number;
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  readonly #constants = new Map<string, Constant>();
  readonly #strings = new Map<string, Constant>();
  readonly #texts = new Map<string, number>();

  /** @param base first address that is free, a multiple of 8: the end of the runtime's own data */
  constructor(base: number = runtimeHeapBase) {
    this.#base = base;
    this.#constants.set('null', { address: runtimeGlobals['value_null']!, hash: HASH.null });
    this.#constants.set('false', { address: runtimeGlobals['value_false']!, hash: HASH.false });
    this.#constants.set('true', { address: runtimeGlobals['value_true']!, hash: HASH.true });
  }

  /** Address of a constant. */
  value(value: Value): number {
    return this.#constant(value).address;
  }

  /** Address of NUL-terminated text. */
  text(text: string): number {
    let address = this.#texts.get(text);
    if (address === undefined) {
      const bytes = encoder.encode(text);
      address = this.#allocate(bytes.length + 1);
      this.#put(address, bytes);
      this.#texts.set(text, address);
    }
    return address;
  }

  /** Address of a copy of the bytes. */
  raw(bytes: Uint8Array): number {
    const address = this.#allocate(bytes.length);
    this.#put(address, bytes);
    return address;
  }

  /** A table from strings to addresses for the runtime's look-up of programs: where it is, and its mask. */
  stringTable(entries: ReadonlyMap<string, number>): { readonly address: number; readonly mask: number } {
    const strings = [...entries].map(([text, target]) => ({ ...this.#string(text), target }));
    const slots = slotsFor(entries.size);
    const table = this.#allocate(slots * 8);
    for (const { address, hash, target } of strings) {
      let slot = hash & (slots - 1);
      while (this.#read(table + slot * 8) !== 0) slot = (slot + 1) & (slots - 1);
      this.#word(table + slot * 8, address);
      this.#word(table + slot * 8 + 4, target);
    }
    return { address: table, mask: slots - 1 };
  }

  /** Address of `length` zeroed bytes. */
  reserve(length: number): number {
    return this.#allocate(length);
  }

  /** Address of a table for the runtime's `switch_lookup`: from the values of each case to the case's number. The first case with a value has it. */
  switchTable(cases: readonly (readonly Value[])[]): number {
    const entries = new Map<number, { hash: number; number: number }>();
    cases.forEach((values, number) => {
      for (const value of values) {
        const { address, hash } = this.#constant(canonical(value));
        if (!entries.has(address)) entries.set(address, { hash, number });
      }
    });
    const slots = slotsFor(entries.size);
    const table = this.#allocate(4 + slots * 8);
    this.#word(table, slots - 1);
    for (const [address, { hash, number }] of entries) {
      let slot = hash & (slots - 1);
      while (this.#read(table + 4 + slot * 8) !== 0) slot = (slot + 1) & (slots - 1);
      this.#word(table + 4 + slot * 8, address);
      this.#word(table + 8 + slot * 8, number);
    }
    return table;
  }

  /** Lays out the table of strings and ends the segment. */
  finish(): StaticSegment {
    const slots = slotsFor(this.#strings.size);
    const table = this.#allocate(slots * 4);
    for (const { address, hash } of this.#strings.values()) {
      let slot = hash & (slots - 1);
      while (this.#read(table + slot * 4) !== 0) slot = (slot + 1) & (slots - 1);
      this.#word(table + slot * 4, address);
    }
    return {
      address: this.#base,
      bytes: this.#bytes.slice(0, this.#length),
      globals: { heap_pointer: this.#base + this.#length, strings_table: table, strings_mask: slots - 1 },
    };
  }

  #constant(value: Value): Constant {
    if (value === null || typeof value === 'boolean') return this.#constants.get(String(value))!;
    if (typeof value === 'string') return this.#string(value);
    if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0))
      return this.#once(String(value), () => this.#safeInteger(value));
    if (typeof value === 'number' || value instanceof RegoNumber) {
      const text = value instanceof RegoNumber ? value.text : printNumber(value);
      return this.#once(text, () => this.#number(value, text));
    }
    if (value instanceof RegoSet) {
      const items = value.items
        .toSorted(compareValues)
        .filter((item, i, all) => i === 0 || compareValues(all[i - 1]!, item) < 0);
      const keys = items.map((item) => this.#constant(item));
      return this.#once(`s${addresses(keys)}`, () => this.#table(Kind.set, keys, []));
    }
    if (value instanceof RegoObject) {
      const entries = value.entries.toSorted(([a], [b]) => compareValues(a, b));
      const keys = entries.map(([key]) => this.#constant(key));
      const values = entries.map(([, item]) => this.#constant(item));
      return this.#once(`o${addresses(keys)}:${addresses(values)}`, () => this.#table(Kind.object, keys, values));
    }
    const items = value.map((item) => this.#constant(item));
    return this.#once(`a${addresses(items)}`, () => this.#array(items));
  }

  #once(key: string, layOut: () => Constant): Constant {
    let constant = this.#constants.get(key);
    if (constant === undefined) {
      constant = layOut();
      this.#constants.set(key, constant);
    }
    return constant;
  }

  /** Starts a value: its word and hash. */
  #header(size: number, kind: Kind, flags: number, hash: number): number {
    const address = this.#allocate(size);
    this.#word(address, kind | FLAG_CONSTANT | flags);
    this.#word(address + 4, hash);
    return address;
  }

  #string(text: string): Constant {
    let constant = this.#strings.get(text);
    if (constant === undefined) {
      constant = isAscii(text) ? this.#asciiString(text) : this.#unicodeString(encoder.encode(text));
      this.#strings.set(text, constant);
    }
    return constant;
  }

  /** Most strings, without the detour of an encoder. */
  #asciiString(text: string): Constant {
    const { length } = text;
    const address = this.#header(16 + length, Kind.string, 0, 0);
    this.#word(address + 8, length);
    this.#word(address + 12, length);
    const start = address + 16 - this.#base;
    for (let i = 0; i < length; i++) this.#bytes[start + i] = text.charCodeAt(i);
    const hash = hashBytes(this.#bytes, start, start + length);
    this.#word(address + 4, hash);
    return { address, hash };
  }

  #unicodeString(bytes: Uint8Array): Constant {
    const hash = hashBytes(bytes);
    const address = this.#header(16 + bytes.length, Kind.string, 0, hash);
    this.#word(address + 8, bytes.length);
    this.#word(
      address + 12,
      bytes.reduce((count, byte) => ((byte & 0xc0) === 0x80 ? count : count + 1), 0),
    );
    this.#put(address + 16, bytes);
    return { address, hash };
  }

  #number(value: number | RegoNumber, text: string): Constant {
    const { negative, digits, exponent } = toDecimal(value);
    const point = digits.length + exponent;
    const integer = exponent >= 0 && point <= 19 ? toBigInt(value) : digits === '' ? 0n : undefined;
    if (integer !== undefined && integer >= MIN_I64 && integer <= MAX_I64) return this.#integer(integer, text);
    const digitBytes = encoder.encode(digits);
    const hash = finishHash(mix(mix(hashBytes(digitBytes), point), negative ? -1 : 0));
    const textBytes = encoder.encode(text);
    const address = this.#header(28 + textBytes.length + digitBytes.length, Kind.number, FLAG_TEXT, hash);
    this.#view.setBigInt64(address - this.#base + 8, negative ? -1n : 0n, true);
    this.#word(address + 16, textBytes.length);
    this.#word(address + 20, digitBytes.length);
    this.#word(address + 24, point);
    this.#put(address + 28, textBytes);
    this.#put(address + 28 + textBytes.length, digitBytes);
    return { address, hash };
  }

  #safeInteger(integer: number): Constant {
    const low = integer | 0;
    const high = Math.floor(integer / 2 ** 32) | 0;
    const hash = finishHash(mix(mix(Kind.number, low), high));
    const address = this.#header(16, Kind.number, FLAG_INTEGER, hash);
    this.#word(address + 8, low);
    this.#word(address + 12, high);
    return { address, hash };
  }

  #integer(integer: bigint, text: string): Constant {
    const isPlain = text === integer.toString();
    const low = Number(BigInt.asIntN(32, integer));
    const high = Number(BigInt.asIntN(32, integer >> 32n));
    const hash = finishHash(mix(mix(Kind.number, low), high));
    const textBytes = encoder.encode(isPlain ? '' : text);
    const flags = isPlain ? FLAG_INTEGER : FLAG_INTEGER | FLAG_TEXT;
    const address = this.#header(isPlain ? 16 : 28 + textBytes.length, Kind.number, flags, hash);
    this.#view.setBigInt64(address - this.#base + 8, integer, true);
    if (!isPlain) {
      this.#word(address + 16, textBytes.length);
      this.#put(address + 28, textBytes);
    }
    return { address, hash };
  }

  #array(items: readonly Constant[]): Constant {
    const hash = finishHash(items.reduce((sum, item) => mix(sum, item.hash), mix(Kind.array, items.length)));
    const address = this.#header(24 + items.length * 4, Kind.array, 0, hash);
    this.#word(address + 8, items.length);
    this.#word(address + 12, items.length);
    this.#word(address + 16, address + 24);
    items.forEach((item, i) => this.#word(address + 24 + i * 4, item.address));
    return { address, hash };
  }

  /** An object or a set, its keys in order. */
  #table(kind: typeof Kind.object | typeof Kind.set, keys: readonly Constant[], values: readonly Constant[]): Constant {
    const entryHash = (key: Constant, i: number): number =>
      finishHash(kind === Kind.object ? mix(key.hash, values[i]!.hash) : key.hash);
    const sum = keys.reduce((total, key, i) => (total + entryHash(key, i)) | 0, 0);
    const hash = finishHash(mix(mix(kind, keys.length), sum));
    const entryBytes = keys.length * (kind === Kind.object ? 8 : 4);
    const placed = keys.length > LINEAR_ENTRIES ? placeKeys(keys) : [];
    const slots = placed.length;
    const address = this.#header(32 + entryBytes + slots * 4, kind, FLAG_SORTED, hash);
    const index = address + 32 + entryBytes;
    this.#word(address + 8, keys.length);
    this.#word(address + 12, keys.length);
    this.#word(address + 16, address + 32);
    this.#word(address + 20, slots > 0 ? index : 0);
    this.#word(address + 24, slots - 1);
    keys.forEach((key, i) => {
      if (kind === Kind.object) {
        this.#word(address + 32 + i * 8, key.address);
        this.#word(address + 36 + i * 8, values[i]!.address);
      } else {
        this.#word(address + 32 + i * 4, key.address);
      }
    });
    placed.forEach((number, slot) => this.#word(index + slot * 4, number));
    return { address, hash };
  }

  /** Address of `size` zeroed bytes, aligned to 8. */
  #allocate(size: number): number {
    const offset = this.#length;
    this.#length += (size + 7) & ~7;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return this.#base + offset;
  }

  #word(address: number, word: number): void {
    this.#view.setInt32(address - this.#base, word, true);
  }

  #read(address: number): number {
    return this.#view.getInt32(address - this.#base, true);
  }

  #put(address: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, address - this.#base);
  }
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Slots (a power of two) for a table that is at most half full. */
function slotsFor(entries: number): number {
  let slots = 2;
  while (slots < entries * 2) slots *= 2;
  return slots;
}

/** A hashed index: entry number + 1 or 0 by slot. */
function placeKeys(keys: readonly Constant[]): readonly number[] {
  for (let slots = slotsFor(keys.length); ; slots *= 2) {
    const placed = new Array<number>(slots).fill(0);
    const fits = keys.every(({ hash }, i) => {
      for (let probes = 0; probes < MAX_PROBES; probes++) {
        const slot = (hash + probes) & (slots - 1);
        if (placed[slot] !== 0) continue;
        placed[slot] = i + 1;
        return true;
      }
      return false;
    });
    if (fits) return placed;
    if (slots > keys.length * 1024) throw new Error('too many constants with one hash');
  }
}

function addresses(constants: readonly Constant[]): string {
  return constants.map(({ address }) => address).join();
}

/** A value whose numbers are in canonical form, so that equal values are one constant. */
function canonical(value: Value): Value {
  if (value instanceof RegoNumber) return new RegoNumber(printNumber(value));
  if (Array.isArray(value)) return (value as readonly Value[]).map(canonical);
  if (value instanceof RegoSet) return new RegoSet(value.items.map(canonical));
  if (value instanceof RegoObject) return new RegoObject(value.entries.map(([k, v]) => [canonical(k), canonical(v)]));
  return value;
}
