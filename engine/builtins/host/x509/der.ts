// A reader of DER (X.690): strict about lengths, never beyond the bytes it was given, without recursion of its own.
// Left to others: what the elements mean.

/** Tags of the universal class (X.680, section 8). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The tag of a context-specific element. */
export function contextTag(number: number, isConstructed = false): number {
  return 0x80 | (isConstructed ? 0x20 : 0) | number;
}

/** A BIT STRING: `bytes` with `unused` bits at the end that do not count. */
export interface BitString {
  readonly bytes: Uint8Array;
  readonly unused: number;
}

export interface Element {
  readonly tag: number;
  /** Without tag and length. */
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly full: Uint8Array;
}

/** Reads elements one after the other. Each method gives undefined, and stays where it is, when what follows is not what it reads. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isEmpty(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The bytes not yet read. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
  }

  hasTag(tag: number): boolean {
    return this.#bytes[this.#at] === tag;
  }

  /** The next element, whatever it is. Only tags of one byte and definite lengths in their shortest form. */
  any(): Element | undefined {
    const bytes = this.#bytes;
    const tag = bytes[this.#at];
    const first = bytes[this.#at + 1];
    if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
    let header = 2;
    let length = first;
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count === 0 || count > 4) return undefined;
      header += count;
      if (this.#at + header > bytes.length) return undefined;
      length = 0;
      for (let i = 2; i < header; i++) length = length * 256 + bytes[this.#at + i]!;
      if (length < 0x80 || length < 256 ** (count - 1)) return undefined;
    }
    const start = this.#at;
    const end = start + header + length;
    if (end > bytes.length) return undefined;
    this.#at = end;
    return { tag, content: bytes.subarray(start + header, end), full: bytes.subarray(start, end) };
  }

  /** The next element if it has the tag. */
  element(tag: number): Element | undefined {
    return this.hasTag(tag) ? this.any() : undefined;
  }

  /** A reader of the content of the next element if it has the tag. */
  inside(tag: number): DerReader | undefined {
    const element = this.element(tag);
    return element === undefined ? undefined : new DerReader(element.content);
  }

  boolean(): boolean | undefined {
    const content = this.element(TAG.boolean)?.content;
    if (content?.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) return undefined;
    return content[0] === 0xff;
  }

  integer(tag: number = TAG.integer): bigint | undefined {
    const content = this.element(tag)?.content;
    return content === undefined ? undefined : readInteger(content);
  }

  bitString(): BitString | undefined {
    const content = this.element(TAG.bitString)?.content;
    return content === undefined ? undefined : readBitString(content);
  }

  octetString(tag: number = TAG.octetString): Uint8Array | undefined {
    return this.element(tag)?.content;
  }

  oid(): string | undefined {
    const content = this.element(TAG.oid)?.content;
    return content === undefined ? undefined : readOid(content);
  }

  /** Milliseconds since the epoch. */
  time(): number | undefined {
    const element = this.hasTag(TAG.utcTime) || this.hasTag(TAG.generalizedTime) ? this.any() : undefined;
    return element === undefined ? undefined : readTime(element);
  }
}

/** Two's complement, in its shortest form. */
export function readInteger(content: Uint8Array): bigint | undefined {
  if (content.length === 0) return undefined;
  if (content.length > 1) {
    const isPadded = (content[0] === 0 && content[1]! < 0x80) || (content[0] === 0xff && content[1]! >= 0x80);
    if (isPadded) return undefined;
  }
  return BigInt.asIntN(content.length * 8, bytesToBigInt(content));
}

/** The unsigned number of big-endian bytes. */
export function bytesToBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** The bits of a BIT STRING's content (X.690, section 8.6); undefined when it is malformed. */
export function readBitString(content: Uint8Array): BitString | undefined {
  const unused = content[0];
  const last = content.at(-1);
  if (unused === undefined || last === undefined || unused > 7) return undefined;
  if (content.length === 1 ? unused > 0 : (last & ((1 << unused) - 1)) !== 0) return undefined;
  return { bytes: content.subarray(1), unused };
}

/** Dotted numbers. */
export function readOid(content: Uint8Array): string | undefined {
  const parts: bigint[] = [];
  let part = 0n;
  let isOpen = false;
  if (content.length > 256) return undefined;
  for (const byte of content) {
    if (!isOpen && byte === 0x80) return undefined;
    part = (part << 7n) | BigInt(byte & 0x7f);
    isOpen = byte >= 0x80;
    if (isOpen) continue;
    parts.push(part);
    part = 0n;
  }
  const first = parts[0];
  if (first === undefined || isOpen) return undefined;
  const root = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [root, first - root * 40n, ...parts.slice(1)].join('.');
}

function readTime({ tag, content }: Element): number | undefined {
  const text = Buffer.from(content).toString('latin1');
  const match =
    tag === TAG.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{4})$/.exec(text)
      : /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(Z|[+-]\d{4})$/.exec(text);
  if (match === null) return undefined;
  const [month, day, hour, minute] = [Number(match[2]), Number(match[3]), Number(match[4]), Number(match[5])];
  const second = Number(match[6] ?? 0);
  let year = Number(match[1]);
  // RFC 5280, section 4.1.2.5.1: two digits stand for 1950 to 2049.
  if (tag === TAG.utcTime) year += year >= 50 ? 1900 : 2000;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const isReal =
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!isReal) return undefined;
  const zone = match[7]!;
  if (zone === 'Z') return date.getTime();
  const offset = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * 60_000;
  return date.getTime() + (zone.startsWith('+') ? -offset : offset);
}
