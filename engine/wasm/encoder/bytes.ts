// Bytes of the WebAssembly binary format: LEB128 numbers, names, vectors, in both directions.
// Knows nothing of sections or instructions (module-reader.ts, module-writer.ts, code.ts).

const TEXT_ENCODER = new TextEncoder();
const TEXT_DECODER = new TextDecoder();

/** Bytes of the longest LEB128 number of 32 bits. */
const LONGEST_LEB = 5;

/** A growing run of bytes. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** A view of what was written; valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** What was written, without a copy where the capacity was right; nothing may be written afterwards. */
  finish(): Uint8Array {
    return this.#length === this.#bytes.length ? this.#bytes : this.take();
  }

  /** A copy of what was written from `start` on. */
  from(start: number): Uint8Array {
    return this.#bytes.slice(start, this.#length);
  }

  /** Goes on at a place: one before which bytes were written, or which is filled later. */
  seek(length: number): void {
    if (length > this.#length) this.#reserve(length - this.#length);
    this.#length = length;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(values: Uint8Array): void {
    this.#reserve(values.length);
    this.#bytes.set(values, this.#length);
    this.#length += values.length;
  }

  /** The bytes from `start` to `end`. Few at a time are the rule: a loop is faster than a copy of a view. */
  range(values: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (count > 64) return this.bytes(values.subarray(start, end));
    this.#reserve(count);
    let to = this.#length;
    for (let i = start; i < end; i++) this.#bytes[to++] = values[i]!;
    this.#length = to;
  }

  /** Unsigned LEB128 of up to 32 bits. */
  u32(value: number): void {
    if (value >= 0 && value < 0x80) return this.byte(value);
    this.#reserve(LONGEST_LEB);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value >>> 0;
    while (rest >= 0x80) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  /** Signed LEB128 of 32 bits: the immediate of `i32.const`. Addresses beyond 2 GiB wrap, as they do in WebAssembly. */
  s32(value: number): void {
    if (value >= 0 && value < 0x40) return this.byte(value);
    this.#reserve(LONGEST_LEB);
    const bytes = this.#bytes;
    let at = this.#length;
    let rest = value | 0;
    while (rest < -0x40 || rest >= 0x40) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>= 7;
    }
    bytes[at++] = rest & 0x7f;
    this.#length = at;
  }

  /** Little-endian 32-bit word, not LEB. */
  word(value: number): void {
    this.byte(value & 0xff);
    this.byte((value >>> 8) & 0xff);
    this.byte((value >>> 16) & 0xff);
    this.byte((value >>> 24) & 0xff);
  }

  /** A length and the UTF-8 bytes. */
  name(text: string): void {
    this.sized(TEXT_ENCODER.encode(text));
  }

  /** A length and the bytes. */
  sized(values: Uint8Array): void {
    this.u32(values.length);
    this.bytes(values);
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.view());
    this.#bytes = grown;
  }
}

/** Bytes of an unsigned LEB128 number. */
export function lengthOfU32(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : value < 0x1000_0000 ? 4 : 5;
}

/** Reads what ByteWriter writes. Throws RangeError past the end: the modules read here are our own build's. */
export class ByteReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get done(): boolean {
    return this.offset >= this.end;
  }

  byte(): number {
    if (this.offset >= this.end) throw new RangeError('unexpected end of WebAssembly bytes');
    return this.bytes[this.offset++]!;
  }

  u32(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return result >>> 0;
    }
    throw new RangeError('LEB128 number longer than 32 bits');
  }

  s32(): number {
    let result = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      result |= (byte & 0x7f) << shift;
      if (byte < 0x80) return shift < 25 && (byte & 0x40) !== 0 ? result | (-1 << (shift + 7)) : result;
    }
    throw new RangeError('LEB128 number longer than 32 bits');
  }

  /** Passes over a LEB128 number of any width. */
  skipLeb(): void {
    while (this.byte() >= 0x80);
  }

  skip(count: number): void {
    this.offset += count;
    if (this.offset > this.end) throw new RangeError('unexpected end of WebAssembly bytes');
  }

  /** A view of the next `count` bytes. */
  take(count: number): Uint8Array {
    const start = this.offset;
    this.skip(count);
    return this.bytes.subarray(start, this.offset);
  }

  name(): string {
    return TEXT_DECODER.decode(this.take(this.u32()));
  }
}
