// Code points of strings that need not be valid UTF-8: base64 and hex decoding give any bytes, as in OPA.
// A byte that is part of no code point stands for U+FFFD, alone.
import { StringValue, UNKNOWN, stringBytes } from '../string';

/** What a faulty byte stands for. */
export const REPLACEMENT: u32 = 0xfffd;

/** The code point at `at` (before `end`) in the low 24 bits, the number of its bytes above: see runeOf and sizeOf. */
export function decodeRune(at: usize, end: usize): u32 {
  const lead = <u32>load<u8>(at);
  if (lead < 0x80) return lead | (1 << 24);
  const fault = REPLACEMENT | (1 << 24);
  if (lead < 0xc2 || lead > 0xf4) return fault;
  const size: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (<u32>(end - at) < size) return fault;
  let rune = lead & (0x7f >> size);
  for (let i: u32 = 1; i < size; i++) {
    const byte = <u32>load<u8>(at + i);
    if ((byte & 0xc0) != 0x80) return fault;
    rune = (rune << 6) | (byte & 0x3f);
  }
  // Longer than need be, a surrogate, or beyond the last code point.
  if (size == 3 && (rune < 0x800 || (rune & 0xfff800) == 0xd800)) return fault;
  if (size == 4 && (rune < 0x10000 || rune > 0x10ffff)) return fault;
  return rune | (size << 24);
}

export function runeOf(decoded: u32): u32 {
  return decoded & 0xffffff;
}

export function sizeOf(decoded: u32): u32 {
  return decoded >> 24;
}

/** The last code point before `end`, as decodeRune gives it. */
export function decodeLastRune(start: usize, end: usize): u32 {
  const last = end - 1;
  if (load<u8>(last) < 0x80) return load<u8>(last) | (1 << 24);
  const limit = end - start > 4 ? end - 4 : start;
  for (let at = last; at >= limit; at--) {
    if ((load<u8>(at) & 0xc0) == 0x80) continue;
    const decoded = decodeRune(at, end);
    if (at + sizeOf(decoded) == end) return decoded;
    break;
  }
  return REPLACEMENT | (1 << 24);
}

/** Code points in a string, faulty bytes counting one each. Computed once. */
export function runeCount(value: StringValue): u32 {
  if (value.codePoints != UNKNOWN) return value.codePoints;
  let at = stringBytes(value);
  const end = at + value.length;
  let count: u32 = 0;
  while (at < end) {
    // Eight bytes of ASCII at a time.
    if (at + 8 <= end && (load<u64>(at) & 0x8080808080808080) == 0) {
      at += 8;
      count += 8;
      continue;
    }
    at += sizeOf(decodeRune(at, end));
    count++;
  }
  value.codePoints = count;
  return count;
}

/** True when every code point is one byte, so that positions are offsets. */
export function isBytewise(value: StringValue): bool {
  return runeCount(value) == value.length;
}

/** Address of the code point `count` places after `at`, `end` when there are fewer. */
export function skipRunes(at: usize, end: usize, count: u32): usize {
  for (; count > 0 && at < end; count--) at += sizeOf(decodeRune(at, end));
  return at;
}

/** True for white space as Unicode has it, without U+FEFF and U+200B. */
export function isSpace(rune: u32): bool {
  if (rune <= 0x20) return rune == 0x20 || (rune >= 0x09 && rune <= 0x0d);
  if (rune < 0x1680) return rune == 0x85 || rune == 0xa0;
  if (rune < 0x2000) return rune == 0x1680;
  if (rune <= 0x200a) return true;
  return rune == 0x2028 || rune == 0x2029 || rune == 0x202f || rune == 0x205f || rune == 0x3000;
}
