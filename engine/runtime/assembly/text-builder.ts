// Texts built piece by piece at the free end of the heap: results of built-ins, JSON, error messages.
// One at a time; nothing may be allocated between beginText and endText (sorting uses `scratch`, which keeps clear of it).
import { allocate, copyBytes, heap_pointer, reserve, setTextPosition, textPosition } from './memory';
import { STRING_HEADER, StringValue, finishString, stringBytes } from './string';

/** Starts a text. */
export function beginText(): void {
  setTextPosition(heap_pointer + STRING_HEADER);
}

/** Bytes put so far. */
export function textLength(): u32 {
  return <u32>(textPosition() - heap_pointer - STRING_HEADER);
}

/** Address of the bytes put so far. */
export function textBytes(): usize {
  return heap_pointer + STRING_HEADER;
}

/** The string built: the constant with this text, or a new string around the bytes where they are. */
export function endText(): StringValue {
  const length = textLength();
  setTextPosition(0);
  return finishString(heap_pointer, length);
}

/** Gives up the text. */
export function dropText(): void {
  setTextPosition(0);
}

export function putByte(byte: u32): void {
  const position = textPosition();
  reserve(position + 1);
  store<u8>(position, byte);
  setTextPosition(position + 1);
}

export function putBytes(bytes: usize, length: u32): void {
  const position = textPosition();
  // copyBytes may write up to 7 bytes past the end.
  reserve(position + length + 8);
  copyBytes(position, bytes, length);
  setTextPosition(position + length);
}

export function putString(value: StringValue): void {
  putBytes(stringBytes(value), value.length);
}

/** An AssemblyScript literal (ASCII only). */
export function putLiteral(text: string): void {
  const position = textPosition();
  const length = text.length;
  reserve(position + length);
  for (let i = 0; i < length; i++) store<u8>(position + i, <u8>text.charCodeAt(i));
  setTextPosition(position + length);
}

/** A code point (no surrogate) as UTF-8. */
export function putCodePoint(codePoint: u32): void {
  const position = textPosition();
  reserve(position + 4);
  setTextPosition(position + encodeCodePoint(position, codePoint));
}

/** Writes a code point as UTF-8 at `to`; returns the number of bytes, at most 4. */
export function encodeCodePoint(to: usize, codePoint: u32): usize {
  if (codePoint < 0x80) {
    store<u8>(to, codePoint);
    return 1;
  }
  if (codePoint < 0x800) {
    store<u8>(to, 0xc0 | (codePoint >> 6));
    store<u8>(to, 0x80 | (codePoint & 0x3f), 1);
    return 2;
  }
  if (codePoint < 0x10000) {
    store<u8>(to, 0xe0 | (codePoint >> 12));
    store<u8>(to, 0x80 | ((codePoint >> 6) & 0x3f), 1);
    store<u8>(to, 0x80 | (codePoint & 0x3f), 2);
    return 3;
  }
  store<u8>(to, 0xf0 | (codePoint >> 18));
  store<u8>(to, 0x80 | ((codePoint >> 12) & 0x3f), 1);
  store<u8>(to, 0x80 | ((codePoint >> 6) & 0x3f), 2);
  store<u8>(to, 0x80 | (codePoint & 0x3f), 3);
  return 4;
}

/** A decimal integer. */
export function putInteger(value: i64): void {
  setTextPosition(writeInteger(value, textPosition()));
}

/** Writes a decimal integer at `at` (for which it reserves memory); returns the address behind it. */
export function writeInteger(value: i64, at: usize): usize {
  reserve(at + 20);
  let rest: u64 = value;
  if (value < 0) {
    store<u8>(at++, 0x2d);
    rest = -value;
  }
  let digits: usize = 1;
  for (let power: u64 = 10; digits < 19 && rest >= power; digits++) power *= 10;
  if (digits == 19 && rest >= 10000000000000000000) digits = 20;
  const end = at + digits;
  let place = end;
  while (rest > 0xffffffff) {
    const quotient = rest / 10;
    store<u8>(--place, 0x30 + <u8>(rest - quotient * 10));
    rest = quotient;
  }
  // Dividing 32 bits is much faster.
  let low = <u32>rest;
  do {
    const quotient = low / 10;
    store<u8>(--place, 0x30 + (low - quotient * 10));
    low = quotient;
  } while (place > at);
  return end;
}

/** Ends the text as NUL-terminated bytes, not a string; returns their address. */
export function endRaw(): usize {
  putByte(0);
  const bytes = textBytes();
  const length = textLength();
  setTextPosition(0);
  allocate(STRING_HEADER + length);
  return bytes;
}
