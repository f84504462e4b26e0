// The string built-ins that put text together: concat, replace, strings.replace_n, strings.reverse.
import { StringValue, stringBytes } from '../string';
import { beginText, dropText, endText, putByte, putBytes, putString } from '../text-builder';
import { KIND_ARRAY, KIND_SET, KIND_STRING, Value, kindOf } from '../value';
import { failElement, failKind, failOperand, objectOperand, stringOperand } from './operand';
import { decodeLastRune, sizeOf } from './runes';
import { scan_key, scan_length, scan_value } from '../access';
import { beginSearch, findNext } from './text-search';

export function builtin_concat(delimiter: Value, collection: Value): Value | null {
  const join = stringOperand(delimiter, 1);
  if (join === null) return null;
  const kind = kindOf(collection);
  if (kind != KIND_ARRAY && kind != KIND_SET) return failKind(2, (KIND_SET << 4) | KIND_ARRAY, collection);
  const count = scan_length(collection);
  for (let i = 0; i < count; i++) {
    const item = scan_value(collection, i);
    if (kindOf(item) != KIND_STRING) return failElement(2, collection, item, 'string');
  }
  if (count == 1) return scan_value(collection, 0);
  beginText();
  for (let i = 0; i < count; i++) {
    if (i > 0) putString(join);
    putString(changetype<StringValue>(scan_value(collection, i)));
  }
  return endText();
}

export function builtin_replace(text: Value, old: Value, replacement: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const search = stringOperand(old, 2);
  if (search === null) return null;
  const put = stringOperand(replacement, 3);
  if (put === null) return null;
  let at = stringBytes(whole);
  const end = at + whole.length;
  beginText();
  if (search.length == 0) {
    // The empty text lies around every byte (as in Go's strings.Replacer, which cuts code points apart).
    putString(put);
    for (; at < end; at++) {
      putByte(load<u8>(at));
      putString(put);
    }
    return endText();
  }
  beginSearch(stringBytes(search), search.length);
  let next = findNext(at, end);
  if (next == end) {
    dropText();
    return whole;
  }
  while (next < end) {
    putBytes(at, <u32>(next - at));
    putString(put);
    at = next + search.length;
    next = findNext(at, end);
  }
  putBytes(at, <u32>(end - at));
  return endText();
}

/** Which bytes a key of the patterns starts with: a bit each. */
const starts = memory.data(32);

/**
 * Replaces, from left to right, whatever key matches first in order of keys; replacements are not looked at again. The
 * empty key matches before every byte and at the end, but not right behind itself.
 */
export function builtin_strings_replace_n(patterns: Value, text: Value): Value | null {
  const object = objectOperand(patterns, 1);
  if (object === null) return null;
  const whole = stringOperand(text, 2);
  if (whole === null) return null;
  const count = scan_length(object);
  let hasEmpty = false;
  memory.fill(starts, 0, 32);
  for (let i = 0; i < count; i++) {
    const key = scan_key(object, i);
    if (kindOf(key) != KIND_STRING) return failOperand(1, 'non-string key found in pattern object');
    if (kindOf(scan_value(object, i)) != KIND_STRING) return failOperand(1, 'non-string value found in pattern object');
    const search = changetype<StringValue>(key);
    if (search.length == 0) {
      hasEmpty = true;
      continue;
    }
    const first = <u32>load<u8>(stringBytes(search));
    const place = starts + (first >> 3);
    store<u8>(place, (<u32>load<u8>(place)) | ((<u32>1) << (first & 7)));
  }
  let at = stringBytes(whole);
  const end = at + whole.length;
  let emptyBefore = false;
  beginText();
  while (true) {
    if (hasEmpty && !emptyBefore) {
      // Being the least of all, the empty key is the first.
      putString(changetype<StringValue>(scan_value(object, 0)));
      emptyBefore = true;
      continue;
    }
    emptyBefore = false;
    if (at == end) break;
    const byte = <u32>load<u8>(at);
    const index = load<u8>(starts + (byte >> 3)) & (1 << (byte & 7)) ? matchAt(object, count, at, end) : -1;
    if (index < 0) {
      putByte(byte);
      at++;
    } else {
      putString(changetype<StringValue>(scan_value(object, index)));
      at += changetype<StringValue>(scan_key(object, index)).length;
    }
  }
  return endText();
}

/**
 * Index of the first key, save the empty one, that the text at `at` starts with, or -1. Of several such keys the first is
 * the shortest; the keys that agree with the text so far lie side by side, and become fewer byte by byte.
 */
function matchAt(patterns: Value, count: i32, at: usize, end: usize): i32 {
  let low = changetype<StringValue>(scan_key(patterns, 0)).length == 0 ? 1 : 0;
  let high = count;
  for (let depth: u32 = 0; low < high; depth++) {
    if (depth > 0 && changetype<StringValue>(scan_key(patterns, low)).length == depth) return low;
    if (at + depth >= end) return -1;
    const byte = <u32>load<u8>(at + depth);
    low = firstFrom(patterns, low, high, depth, byte);
    high = firstFrom(patterns, low, high, depth, byte + 1);
  }
  return -1;
}

/** The first of the keys from `low` to `high`, all longer than `depth`, whose byte there is at least `byte`; `high` when there is none. */
function firstFrom(patterns: Value, low: i32, high: i32, depth: u32, byte: u32): i32 {
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u8>(stringBytes(changetype<StringValue>(scan_key(patterns, middle))) + depth) < byte) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function builtin_strings_reverse(text: Value): Value | null {
  const whole = stringOperand(text, 1);
  if (whole === null) return null;
  const start = stringBytes(whole);
  let end = start + whole.length;
  beginText();
  while (end > start) {
    const size = sizeOf(decodeLastRune(start, end));
    end -= size;
    putBytes(end, size);
  }
  return endText();
}
