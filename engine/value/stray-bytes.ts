// Strings of Rego hold bytes, and those of JavaScript do not: a byte that belongs to no character of UTF-8 is the lone
// surrogate U+DC00 + byte here (as in Python's `surrogateescape`), so that a string comes back as it went.
// From and to bytes: engine/host/bytes.ts. Text of JSON has no such bytes: its lone surrogates are U+FFFD.

/** With the flag `u` a surrogate matches where it is no half of a pair. */
const LONE = /(\p{Cs})/u;

/** The lone surrogate that stands for a byte. */
export function strayByte(byte: number): string {
  return String.fromCharCode(0xdc00 + byte);
}

/** Whether a code point is such a surrogate. */
export function isStray(code: number): boolean {
  return code >= 0xdc80 && code <= 0xdcff;
}

/** What `piece` makes of the text between stray bytes and `stray` of each of those, in order. */
export function mapPieces<T>(text: string, piece: (text: string) => T, stray: (byte: number) => T): T[] {
  return text.split(LONE).map((part, i) => {
    if (i % 2 === 0) return piece(part);
    const code = part.charCodeAt(0);
    return isStray(code) ? stray(code & 0xff) : piece('\ufffd');
  });
}
