// The string built-ins that look at text and cut it: contains, split, substring, trim and their like.
// Leaves those that put text together to strings-edit.ts, change of case to case.ts, format_int to integers.ts.
import { ArrayValue, array_append, array_new, arrayItem } from '../array';
import { scratch } from '../memory';
import { numberFromInteger } from '../number';
import { StringValue, sameBytes, stringBytes, stringNew } from '../string';
import { KIND_ARRAY, KIND_SET, KIND_STRING, Value, booleanValue, kindOf } from '../value';
import { fail, failElement, failKind, integerOperand, integerRead, stringOperand } from './operand';
import { decodeLastRune, decodeRune, isBytewise, isSpace, runeCount, runeOf, sizeOf, skipRunes } from './runes';
import { scan_length, scan_value } from '../access';
import { beginSearch, findNext } from './text-search';

export function builtin_contains(text: Value, part: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const search = stringOperand(part, 2);
  if (search === null) return null;
  return booleanValue(find(whole, search) >= 0);
}

/** Offset of the first occurrence in bytes, or -1. */
export function find(text: StringValue, search: StringValue): i32 {
  if (search.length == 0) return 0;
  const start = stringBytes(text);
  const end = start + text.length;
  beginSearch(stringBytes(search), search.length);
  const at = findNext(start, end);
  return at == end ? -1 : <i32>(at - start);
}

export function builtin_startswith(text: Value, prefix: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const part = stringOperand(prefix, 2);
  if (part === null) return null;
  return booleanValue(hasPrefix(whole, part));
}

export function builtin_endswith(text: Value, suffix: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const part = stringOperand(suffix, 2);
  if (part === null) return null;
  return booleanValue(hasSuffix(whole, part));
}

function hasPrefix(text: StringValue, prefix: StringValue): bool {
  return prefix.length <= text.length && sameBytes(stringBytes(text), stringBytes(prefix), prefix.length);
}

function hasSuffix(text: StringValue, suffix: StringValue): bool {
  if (suffix.length > text.length) return false;
  return sameBytes(stringBytes(text) + text.length - suffix.length, stringBytes(suffix), suffix.length);
}

export function builtin_strings_any_prefix_match(texts: Value, prefixes: Value): Value | null {
  if (!textsOperand(texts, 1) || !textsOperand(prefixes, 2)) return null;
  return booleanValue(anyMatches(texts, prefixes, false));
}

export function builtin_strings_any_suffix_match(texts: Value, suffixes: Value): Value | null {
  if (!textsOperand(texts, 1) || !textsOperand(suffixes, 2)) return null;
  return booleanValue(anyMatches(texts, suffixes, true));
}

/** True for a string, or an array or set of strings; otherwise leaves an error. */
function textsOperand(value: Value, position: u32): bool {
  const kind = kindOf(value);
  if (kind == KIND_STRING) return true;
  if (kind != KIND_ARRAY && kind != KIND_SET) {
    failKind(position, (KIND_STRING << 8) | (KIND_SET << 4) | KIND_ARRAY, value);
    return false;
  }
  const count = scan_length(value);
  for (let i = 0; i < count; i++) {
    const item = scan_value(value, i);
    if (kindOf(item) == KIND_STRING) continue;
    failElement(position, value, item, 'string');
    return false;
  }
  return true;
}

function anyMatches(texts: Value, parts: Value, atEnd: bool): bool {
  const textCount = kindOf(texts) == KIND_STRING ? 1 : scan_length(texts);
  const partCount = kindOf(parts) == KIND_STRING ? 1 : scan_length(parts);
  for (let k = 0; k < partCount; k++) {
    const part = changetype<StringValue>(kindOf(parts) == KIND_STRING ? parts : scan_value(parts, k));
    const bytes = stringBytes(part);
    const length = part.length;
    for (let i = 0; i < textCount; i++) {
      const text = changetype<StringValue>(kindOf(texts) == KIND_STRING ? texts : scan_value(texts, i));
      if (length > text.length) continue;
      if (sameBytes(atEnd ? stringBytes(text) + text.length - length : stringBytes(text), bytes, length)) return true;
    }
  }
  return false;
}

export function builtin_indexof(text: Value, part: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const search = stringOperand(part, 2);
  if (search === null) return null;
  if (search.length == 0) return fail('empty search character');
  const offset = find(whole, search);
  if (offset <= 0 || isBytewise(whole)) return numberFromInteger(offset);
  const bytes = stringBytes(whole);
  return numberFromInteger(countRunes(bytes, bytes + offset));
}

export function builtin_indexof_n(text: Value, part: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const search = stringOperand(part, 2);
  if (search === null) return null;
  if (search.length == 0) return fail('empty search character');
  const found = array_new(0);
  const end = stringBytes(whole) + whole.length;
  beginSearch(stringBytes(search), search.length);
  let counted = stringBytes(whole);
  let index: u32 = 0;
  for (let at = findNext(counted, end); at < end; at = findNext(counted + 1, end)) {
    index += countRunes(counted, at);
    counted = at;
    array_append(found, numberFromInteger(index));
  }
  return found;
}

function countRunes(at: usize, end: usize): u32 {
  let count: u32 = 0;
  for (; at < end; count++) at += sizeOf(decodeRune(at, end));
  return count;
}

export function builtin_strings_count(text: Value, part: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const search = stringOperand(part, 2);
  if (search === null) return null;
  // The empty text lies before, between and behind the code points.
  if (search.length == 0) return numberFromInteger(<i64>runeCount(whole) + 1);
  let count = 0;
  const end = stringBytes(whole) + whole.length;
  beginSearch(stringBytes(search), search.length);
  for (let at = findNext(stringBytes(whole), end); at < end; at = findNext(at + search.length, end)) count++;
  return numberFromInteger(count);
}

export function builtin_split(text: Value, delimiter: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const separator = stringOperand(delimiter, 2);
  if (separator === null) return null;
  return splitText(whole, separator);
}

/** The first `count` parts, or for a negative number that many of the last. */
export function builtin_strings_split_n(text: Value, delimiter: Value, count: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const separator = stringOperand(delimiter, 2);
  if (separator === null) return null;
  if (!integerOperand(count, 3)) return null;
  const wanted = integerRead;
  const parts = splitText(whole, separator);
  const start = wanted >= 0 || -wanted >= <i64>parts.count || wanted == i64.MIN_VALUE ? 0 : <i64>parts.count + wanted;
  const end = wanted >= 0 ? min(wanted, <i64>parts.count) : <i64>parts.count;
  if (start == 0 && end == <i64>parts.count) return parts;
  const some = array_new(<u32>(end - start));
  for (let i = start; i < end; i++) array_append(some, arrayItem(parts, <u32>i));
  return some;
}

function splitText(text: StringValue, separator: StringValue): ArrayValue {
  const parts = array_new(4);
  let at = stringBytes(text);
  const end = at + text.length;
  if (separator.length == 0) {
    while (at < end) {
      const size = sizeOf(decodeRune(at, end));
      array_append(parts, stringNew(at, size));
      at += size;
    }
    return parts;
  }
  beginSearch(stringBytes(separator), separator.length);
  while (true) {
    const next = findNext(at, end);
    if (next == end) break;
    array_append(parts, stringNew(at, <u32>(next - at)));
    at = next + separator.length;
  }
  array_append(parts, at == stringBytes(text) ? text : stringNew(at, <u32>(end - at)));
  return parts;
}

export function builtin_substring(text: Value, offset: Value, length: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  if (!integerOperand(offset, 2)) return null;
  const start = integerRead;
  if (!integerOperand(length, 3)) return null;
  const count = integerRead;
  if (start < 0) return fail('negative offset');
  const bytes = stringBytes(whole);
  const end = bytes + whole.length;
  // No text has more code points than bytes.
  const skipped = <u32>min(start, <i64>whole.length);
  const kept = count < 0 ? whole.length : <u32>min(count, <i64>whole.length);
  const bytewise = isBytewise(whole);
  const from = bytewise ? bytes + skipped : skipRunes(bytes, end, skipped);
  const to = bytewise ? min(from + kept, end) : skipRunes(from, end, kept);
  return from == bytes && to == end ? whole : stringNew(from, <u32>(to - from));
}

export function builtin_trim(text: Value, cutset: Value): Value | null {
  return trimRunes(text, cutset, true, true);
}

export function builtin_trim_left(text: Value, cutset: Value): Value | null {
  return trimRunes(text, cutset, true, false);
}

export function builtin_trim_right(text: Value, cutset: Value): Value | null {
  return trimRunes(text, cutset, false, true);
}

function trimRunes(text: Value, cutset: Value, left: bool, right: bool): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const set = stringOperand(cutset, 2);
  if (set === null) return null;
  readCutset(set);
  let from = stringBytes(whole);
  let to = from + whole.length;
  while (left && from < to) {
    const decoded = decodeRune(from, to);
    if (!isCut(runeOf(decoded))) break;
    from += sizeOf(decoded);
  }
  while (right && from < to) {
    const decoded = decodeLastRune(from, to);
    if (!isCut(runeOf(decoded))) break;
    to -= sizeOf(decoded);
  }
  return cutOut(whole, from, to);
}

// The code points to cut off, a bit each: those of ASCII in two words, all of them in scratch memory when there are others.
let cutLow: u64 = 0;
let cutHigh: u64 = 0;
let cutBits: usize = 0;

function readCutset(set: StringValue): void {
  cutLow = 0;
  cutHigh = 0;
  cutBits = 0;
  let at = stringBytes(set);
  const end = at + set.length;
  while (at < end) {
    const decoded = decodeRune(at, end);
    const rune = runeOf(decoded);
    at += sizeOf(decoded);
    if (rune < 64) cutLow |= (<u64>1) << rune;
    else if (rune < 128) cutHigh |= (<u64>1) << (rune - 64);
    else {
      if (cutBits == 0) {
        cutBits = scratch(0x110000 >> 3);
        memory.fill(cutBits, 0, 0x110000 >> 3);
      }
      const place = cutBits + (rune >> 3);
      store<u8>(place, (<u32>load<u8>(place)) | ((<u32>1) << (rune & 7)));
    }
  }
}

function isCut(rune: u32): bool {
  if (rune < 128) return (((rune < 64 ? cutLow : cutHigh) >> (rune & 63)) & 1) != 0;
  return cutBits != 0 && ((load<u8>(cutBits + (rune >> 3)) >> (rune & 7)) & 1) != 0;
}

/** The part of `whole` between two addresses. */
function cutOut(whole: StringValue, from: usize, to: usize): StringValue {
  return to - from == whole.length ? whole : stringNew(from, <u32>(to - from));
}

export function builtin_trim_space(text: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  let from = stringBytes(whole);
  let to = from + whole.length;
  while (from < to) {
    const decoded = decodeRune(from, to);
    if (!isSpace(runeOf(decoded))) break;
    from += sizeOf(decoded);
  }
  while (from < to) {
    const decoded = decodeLastRune(from, to);
    if (!isSpace(runeOf(decoded))) break;
    to -= sizeOf(decoded);
  }
  return cutOut(whole, from, to);
}

export function builtin_trim_prefix(text: Value, prefix: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const part = stringOperand(prefix, 2);
  if (part === null) return null;
  if (!hasPrefix(whole, part)) return whole;
  const bytes = stringBytes(whole);
  return cutOut(whole, bytes + part.length, bytes + whole.length);
}

export function builtin_trim_suffix(text: Value, suffix: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const part = stringOperand(suffix, 2);
  if (part === null) return null;
  if (!hasSuffix(whole, part)) return whole;
  const bytes = stringBytes(whole);
  return cutOut(whole, bytes, bytes + whole.length - part.length);
}
