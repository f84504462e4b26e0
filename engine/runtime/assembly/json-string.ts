// Strings in JSON text: finding their end, and undoing escapes. Faults in UTF-8 and lone surrogates become U+FFFD, as in Go.
// In terms, which hosts pass, stray bytes stay as they are. Leaves everything around them to json-parse.ts.
import { decodeRune, runeOf, sizeOf } from './builtins/runes';
import { StringValue, stringNew } from './string';
import { beginText, endText, putByte, putBytes, putCodePoint } from './text-builder';

const REPLACEMENT: u32 = 0xfffd;

/** In each byte of the word that is a quote, a backslash, a control or not ASCII, the top bit; above the lowest of them there may be others. */
export function specialBytes(word: u64): u64 {
  const quote = word ^ 0x2222222222222222;
  const escape = word ^ 0x5c5c5c5c5c5c5c5c;
  return (
    (((quote - 0x0101010101010101) & ~quote) |
      ((escape - 0x0101010101010101) & ~escape) |
      ((word - 0x2020202020202020) & ~word) |
      word) &
    0x8080808080808080
  );
}

/** Address behind the closing quote of the string whose text starts at `at`; 0 when it is no string. Sets `plain`. */
export function stringEnd(at: usize, end: usize): usize {
  plain = true;
  while (at < end) {
    // Eight bytes at a time.
    const word = load<u64>(at);
    const special = specialBytes(word);
    if (special == 0) {
      at += 8;
      continue;
    }
    at += <usize>(ctz(special) >> 3);
    if (at >= end) return 0;
    const byte = load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte < 0x20) return 0;
    if (byte == 0x5c) {
      plain = false;
      at = escapeEnd(at + 1, end);
      if (at == 0) return 0;
    } else {
      const rune = decodeRune(at, end);
      at += sizeOf(rune);
      // U+FFFD itself has three bytes.
      if (sizeOf(rune) == 1) plain = false;
    }
  }
  return 0;
}

/** Whether the string stringEnd has seen last is its own text. */
let plain: bool = true;

/** Address behind an escape whose letter is at `at`; 0 when it is none. */
function escapeEnd(at: usize, end: usize): usize {
  if (at >= end) return 0;
  const letter = load<u8>(at);
  if (letter == 0x75) return hexUnit(at + 1, end) < 0 ? 0 : at + 5;
  return unescaped(letter) ? at + 1 : 0;
}

/** The byte an escape's letter stands for, 0 for none. */
function unescaped(letter: u32): u32 {
  if (letter == 0x22 || letter == 0x5c || letter == 0x2f) return letter;
  if (letter == 0x6e) return 0x0a;
  if (letter == 0x74) return 0x09;
  if (letter == 0x72) return 0x0d;
  if (letter == 0x62) return 0x08;
  return letter == 0x66 ? 0x0c : 0;
}

/** The four hex digits at `at`, -1 when they are not. */
function hexUnit(at: usize, end: usize): i32 {
  if (end - at < 4 || at > end) return -1;
  let unit = 0;
  for (let i: usize = 0; i < 4; i++) {
    const byte = <u32>load<u8>(at + i);
    const letter = byte | 0x20;
    if (byte - 0x30 < 10) unit = (unit << 4) | (byte - 0x30);
    else if (letter - 0x61 < 6) unit = (unit << 4) | (letter - 0x61 + 10);
    else return -1;
  }
  return unit;
}

/** The string whose text lies from `at` to `end`, which stringEnd has just accepted; `term` keeps stray bytes. */
export function parseString(at: usize, end: usize, term: bool): StringValue {
  if (plain) return stringNew(at, <u32>(end - at));
  beginText();
  while (at < end) {
    const start = at;
    while (at < end && <u32>load<u8>(at) - 0x20 < 0x60 && load<u8>(at) != 0x5c) at++;
    putBytes(start, <u32>(at - start));
    if (at == end) break;
    if (load<u8>(at) != 0x5c) {
      const rune = decodeRune(at, end);
      if (term && sizeOf(rune) == 1) putByte(load<u8>(at));
      else putCodePoint(runeOf(rune));
      at += sizeOf(rune);
      continue;
    }
    const letter = load<u8>(at + 1);
    if (letter != 0x75) {
      putByte(unescaped(letter));
      at += 2;
      continue;
    }
    const unit = hexUnit(at + 2, end);
    at += 6;
    if ((unit & 0xf800) != 0xd800) {
      putCodePoint(unit);
      continue;
    }
    // A surrogate: with the other half behind it a code point, alone a fault.
    const hasNext = end - at >= 6 && load<u8>(at) == 0x5c && load<u8>(at, 1) == 0x75;
    const low = hasNext ? hexUnit(at + 2, end) : 0;
    if (unit < 0xdc00 && (low & 0xfc00) == 0xdc00) {
      putCodePoint(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
      at += 6;
    } else {
      putCodePoint(REPLACEMENT);
    }
  }
  return endText();
}
