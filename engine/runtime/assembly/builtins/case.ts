// `upper` and `lower`: simple case mapping, one code point for one, as Unicode's data file has it (no "ß" to "SS").
// Leaves the mapping beyond ASCII to case-mapping.ts.
import { StringValue, stringBytes } from '../string';
import { beginText, endText, putByte, putCodePoint, putString, textBytes } from '../text-builder';
import { Value } from '../value';
import { LOWER_RUNS, UPPER_RUNS, lowerRun, upperRun } from './case-mapping';
import { stringOperand } from './operand';
import { decodeRune, runeOf, sizeOf } from './runes';

export function builtin_upper(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  const end = stringBytes(string) + string.length;
  let at = firstToChange(string, 0x61, end);
  if (at == end) return string;
  beginText();
  for (at = stringBytes(string); at < end;) {
    const byte = <u32>load<u8>(at);
    if (byte < 0x80) {
      putByte(byte - ((<u32>(byte - 0x61 < 26)) << 5));
      at++;
      continue;
    }
    const decoded = decodeRune(at, end);
    putCodePoint(toUpper(runeOf(decoded)));
    at += sizeOf(decoded);
  }
  return endText();
}

export function builtin_lower(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  const end = stringBytes(string) + string.length;
  let at = firstToChange(string, 0x41, end);
  if (at == end) return string;
  beginText();
  for (at = stringBytes(string); at < end;) {
    const byte = <u32>load<u8>(at);
    if (byte < 0x80) {
      putByte(byte + ((<u32>(byte - 0x41 < 26)) << 5));
      at++;
      continue;
    }
    const decoded = decodeRune(at, end);
    putCodePoint(toLower(runeOf(decoded)));
    at += sizeOf(decoded);
  }
  return endText();
}

/** Address of the first byte that is a letter from `first` on or beyond ASCII, or `end`. */
function firstToChange(string: StringValue, first: u32, end: usize): usize {
  let at = stringBytes(string);
  while (at < end) {
    const byte = <u32>load<u8>(at);
    if (byte >= 0x80 || byte - first < 26) break;
    at++;
  }
  return at;
}

function isPlain(at: usize, end: usize): bool {
  for (; at < end; at++) if (load<u8>(at) >= 0x80) return false;
  return true;
}

/** Gives the 26 letters from `first` on the other case, in place. */
function shiftLetters(bytes: usize, length: u32, first: u32): void {
  for (const end = bytes + length; bytes < end; bytes++) {
    const byte = <u32>load<u8>(bytes);
    if (byte - first < 26) store<u8>(bytes, byte ^ 0x20);
  }
}

function toUpper(rune: u32): u32 {
  let low: u32 = 0;
  let high = UPPER_RUNS;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = upperRun(middle);
    if (startOf(run) + spanOf(run) < rune) low = middle + 1;
    else high = middle;
  }
  return low < UPPER_RUNS ? shift(upperRun(low), rune) : rune;
}

function toLower(rune: u32): u32 {
  let low: u32 = 0;
  let high = LOWER_RUNS;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = lowerRun(middle);
    if (startOf(run) + spanOf(run) < rune) low = middle + 1;
    else high = middle;
  }
  return low < LOWER_RUNS ? shift(lowerRun(low), rune) : rune;
}

function startOf(run: i64): u32 {
  return (<u32>run) & 0x1fffff;
}

function spanOf(run: i64): u32 {
  return (<u32>(run >> 21)) & 0xfff;
}

/** What the run makes of a code point that does not lie beyond it. */
function shift(run: i64, rune: u32): u32 {
  const start = startOf(run);
  // Every second code point of a run with stride 2 is left alone.
  if (rune < start || (rune - start) & (<u32>(run >> 33)) & 1) return rune;
  return rune + <u32>(run >> 34);
}
