// Strings: UTF-8 with the length in bytes, and the table that makes every string equal to a constant *be* that constant.
// Leaves building texts piece by piece to text-builder.ts.
//
//   0      4      8        12           16
//   | word | hash | length | codePoints | bytes …
//
//   length      bytes
//   codePoints  number of code points; UNKNOWN until asked for (builtins/runes.ts). Equal to length when the text is ASCII.
//
// Bytes are valid UTF-8, faults in text from outside having become U+FFFD, except in what base64 and hex decoding give and
// what is cut from it: any bytes, as in OPA.
import { allocate, copyBytes, heap_pointer, reserve } from './memory';
import { FLAG_CONSTANT, KIND_STRING, Value, finishHash, mix } from './value';

/** Bytes before the text. */
export const STRING_HEADER: usize = 16;
export const UNKNOWN: u32 = 0xffffffff;

@unmanaged
export class StringValue extends Value {
  length: u32;
  codePoints: u32;
}

/**
 * Patch points: the constants' table, laid out by static-data.ts. A power of two of words, each the address of a
 * constant string or 0, probed linearly from `hash & mask`; at least one word is 0. At first the table
 * is the word at address 0, which nothing writes to: there are no constants.
 */
export let strings_table: usize = 0;
export let strings_mask: u32 = 0;

/** Address of the text's first byte. */
export function stringBytes(value: StringValue): usize {
  return changetype<usize>(value) + STRING_HEADER;
}

/** Hash of `length` bytes at `bytes`; reads up to 3 bytes past the end. */
export function hashBytes(bytes: usize, length: u32): u32 {
  let hash = length;
  const words = bytes + (length & ~3);
  while (bytes < words) {
    hash = mix(hash, load<u32>(bytes));
    bytes += 4;
  }
  const rest = length & 3;
  if (rest) hash = mix(hash, load<u32>(bytes) & ((1 << (rest << 3)) - 1));
  return finishHash(hash);
}

/** True when `length` bytes at both addresses are the same; reads up to 7 bytes past the ends. */
export function sameBytes(a: usize, b: usize, length: u32): bool {
  const end = a + (length & ~7);
  while (a < end) {
    if (load<u64>(a) != load<u64>(b)) return false;
    a += 8;
    b += 8;
  }
  const rest = length & 7;
  return rest == 0 || (load<u64>(a) ^ load<u64>(b)) << (64 - ((<u64>rest) << 3)) == 0;
}

/** The constant with these bytes, or null. */
export function findConstant(bytes: usize, length: u32, hash: u32): StringValue | null {
  let slot = hash & strings_mask;
  while (true) {
    const address = load<u32>(strings_table + ((<usize>slot) << 2));
    if (address == 0) return null;
    const constant = changetype<StringValue>(<usize>address);
    if (constant.hash == hash && constant.length == length && sameBytes(stringBytes(constant), bytes, length)) {
      return constant;
    }
    slot = (slot + 1) & strings_mask;
  }
}

/** The string of `length` bytes of valid UTF-8 at `bytes`: the constant, or a copy. All strings come from here or from finishString. */
export function stringNew(bytes: usize, length: u32): StringValue {
  const hash = hashBytes(bytes, length);
  const constant = findConstant(bytes, length, hash);
  if (constant !== null) return constant;
  const value = changetype<StringValue>(allocate(STRING_HEADER + length));
  value.word = KIND_STRING;
  value.hash = hash;
  value.length = length;
  value.codePoints = UNKNOWN;
  copyBytes(stringBytes(value), bytes, length);
  return value;
}

/** Makes the string whose bytes already lie at `header + STRING_HEADER`, the first free place of the heap. */
export function finishString(header: usize, length: u32): StringValue {
  const bytes = header + STRING_HEADER;
  const hash = hashBytes(bytes, length);
  const constant = findConstant(bytes, length, hash);
  if (constant !== null) return constant;
  const value = changetype<StringValue>(allocate(STRING_HEADER + length));
  value.word = KIND_STRING;
  value.hash = hash;
  value.length = length;
  value.codePoints = UNKNOWN;
  return value;
}

/** The string with the text of an AssemblyScript literal (ASCII only). */
export function stringFromLiteral(text: string): StringValue {
  const length = text.length;
  const bytes = heap_pointer + STRING_HEADER;
  reserve(bytes + length);
  for (let i = 0; i < length; i++) store<u8>(bytes + i, <u8>text.charCodeAt(i));
  return finishString(heap_pointer, length);
}

/** Order of two strings, by code point, which is the order of their bytes: -1, 0 or 1. */
export function stringCompare(a: StringValue, b: StringValue): i32 {
  if (changetype<usize>(a) == changetype<usize>(b)) return 0;
  const order = compareBytes(stringBytes(a), stringBytes(b), min(a.length, b.length));
  return order != 0 ? order : <i32>(a.length > b.length) - <i32>(a.length < b.length);
}

/** Order of `length` bytes at both addresses; reads up to 7 bytes past the ends. */
export function compareBytes(a: usize, b: usize, length: u32): i32 {
  const end = a + (length & ~7);
  for (; a < end; a += 8, b += 8) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    if (x != y) return compareFirst(x, y);
  }
  const rest = length & 7;
  if (rest == 0) return 0;
  // What lies behind the end is shifted out.
  const shift = 64 - ((<u64>rest) << 3);
  const x = load<u64>(a) << shift;
  const y = load<u64>(b) << shift;
  return x == y ? 0 : compareFirst(x, y);
}

/** Order of the lowest bytes in which two different words differ. */
function compareFirst(x: u64, y: u64): i32 {
  const at = ctz(x ^ y) & 56;
  return ((x >> at) & 0xff) < ((y >> at) & 0xff) ? -1 : 1;
}

/** Equality of two strings. Either being a constant, only the address counts. */
export function stringEqual(a: StringValue, b: StringValue): bool {
  if (changetype<usize>(a) == changetype<usize>(b)) return true;
  if ((a.word | b.word) & FLAG_CONSTANT) return false;
  return a.hash == b.hash && a.length == b.length && sameBytes(stringBytes(a), stringBytes(b), a.length);
}
