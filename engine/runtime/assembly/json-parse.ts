// From JSON text to values (RFC 8259, read as Go's encoding/json reads it), and from the text of Rego's ground values,
// which is JSON with sets (`{1, 2}`, `set()`) and keys of any kind. One pass, no recursion: open containers and the values
// they have so far lie on a stack of words. Leaves strings to json-string.ts, numbers to number-parse.ts.
//
//   stack   … | way to outer base, outer kind | value | value | …      of an open array or set
//           … | way to outer base, outer kind | key | value | key | …  of an open object
import { arrayOf } from './array';
import { abortWith, allocate, copyBytes, reserve } from './memory';
import { parseString, stringEnd } from './json-string';
import { numberParse } from './number-parse';
import { numberFromInteger } from './number';
import { stringCompare, StringValue } from './string';
import { LINEAR, object_insert, object_new, rebuildIndex, set_add, set_new } from './table';
import {
  FLAG_SORTED,
  KIND_ARRAY,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  kindOf,
  nullValue,
  booleanValue,
} from './value';

/** Nested containers a text may have, as in Go. */
const MAX_NESTING: u32 = 10000;

/** Small texts do with a stack that is always there. */
const STACK_BYTES: i32 = 4096;
const smallStack = memory.data(STACK_BYTES, 8);

/** Set when the text was refused for its depth. */
let tooDeep: bool = false;

/** OPA's ABI: the value of JSON text; 0 when it is none. */
export function opa_json_parse(text: usize, length: u32): Value | null {
  const value = parse(text, length, false);
  if (tooDeep) abortWith('JSON text is nested too deep');
  return value;
}

/** OPA's ABI: the value of a text in Rego's syntax of ground values; 0 when it is none. */
export function opa_value_parse(text: usize, length: u32): Value | null {
  const value = parse(text, length, true);
  if (tooDeep) abortWith('text of a value is nested too deep');
  return value;
}

/** The value of JSON text, or null: for built-ins, to which too deep a text is like any other that is no JSON. */
export function jsonParse(text: usize, length: u32): Value | null {
  return parse(text, length, false);
}

/** First byte from `at` on that is no white space. Texts are read up to a byte behind their end, which `parse` has made readable. */
function skipSpace(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte > 0x20 || (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09)) break;
    at++;
  }
  return at;
}

/** Byte at `at`, 0 at the end. */
function byteAt(at: usize, end: usize): u32 {
  return at < end ? load<u8>(at) : 0;
}

/** The stack's place; it moves when it grows. */
let stackStart: usize = 0;
let stackEnd: usize = 0;

/** Moves the full stack to a place twice as large; returns how far. */
function growStack(): usize {
  const size = stackEnd - stackStart;
  const larger = allocate(size * 2);
  memory.copy(larger, stackStart, size);
  const way = larger - stackStart;
  stackStart = larger;
  stackEnd = larger + size * 2;
  return way;
}

function parse(text: usize, length: u32, rego: bool): Value | null {
  const end = text + length;
  reserve(end);
  stackStart = smallStack;
  stackEnd = smallStack + STACK_BYTES;
  tooDeep = false;
  // Next word of the stack; the innermost open container: where its words begin, and its kind (0 outside of all).
  let top = stackStart;
  let base = top;
  let kind: u32 = 0;
  let nesting: u32 = 0;
  let at = text;
  while (true) {
    // A value begins here, or a key of an object.
    at = skipSpace(at, end);
    const byte = byteAt(at, end);
    let value: Value | null;
    if (byte == 0x22) {
      const close = stringEnd(at + 1, end);
      if (!close) return null;
      value = parseString(at + 1, close - 1, rego);
      at = close;
    } else if (byte == 0x7b || byte == 0x5b) {
      if (++nesting > MAX_NESTING) {
        tooDeep = true;
        return null;
      }
      at = skipSpace(at + 1, end);
      if (byteAt(at, end) == byte + 2) {
        at++;
        nesting--;
        value = byte == 0x5b ? arrayOf(0, 0) : object_new(0);
      } else {
        if (top == stackEnd) {
          const way = growStack();
          top += way;
          base += way;
        }
        store<u32>(top, ((<u32>(top + 4 - base)) << 3) | kind);
        top += 4;
        base = top;
        kind = byte == 0x5b ? KIND_ARRAY : KIND_OBJECT;
        if (kind == KIND_OBJECT && !rego && byteAt(at, end) != 0x22) return null;
        continue;
      }
    } else if (byte == 0x2d || byte - 0x30 < 10) {
      value = readNumber(at, end);
      at = numberStop;
    } else if (byte == 0x74 && end - at >= 4 && load<u32>(at) == 0x65757274) {
      value = booleanValue(true);
      at += 4;
    } else if (byte == 0x66 && end - at >= 5 && load<u32>(at + 1) == 0x65736c61) {
      value = booleanValue(false);
      at += 5;
    } else if (byte == 0x6e && end - at >= 4 && load<u32>(at) == 0x6c6c756e) {
      value = nullValue();
      at += 4;
    } else if (rego && byte == 0x73 && end - at >= 5 && load<u32>(at) == 0x28746573 && load<u8>(at, 4) == 0x29) {
      value = set_new(0);
      at += 5;
    } else {
      return null;
    }
    // A value is complete: what it completes in turn.
    while (true) {
      if (value === null) return null;
      if (kind == 0) return skipSpace(at, end) == end ? value : null;
      if (top == stackEnd) {
        const way = growStack();
        top += way;
        base += way;
      }
      store<u32>(top, <u32>changetype<usize>(value));
      top += 4;
      at = skipSpace(at, end);
      const next = byteAt(at, end);
      at++;
      // In an object an odd number of words means that the last one is a key.
      const isKey = kind == KIND_OBJECT && ((top - base) & 4) != 0;
      if (next == 0x3a) {
        if (!isKey) return null;
        break;
      }
      if (isKey) {
        // `{a, …` or `{a}`: a set after all.
        if (!rego || top - base != 4) return null;
        kind = KIND_SET;
      }
      if (next == 0x2c) {
        if (kind == KIND_OBJECT && !rego && byteAt((at = skipSpace(at, end)), end) != 0x22) return null;
        break;
      }
      if (next != (kind == KIND_ARRAY ? 0x5d : 0x7d)) return null;
      value = close(kind, base, (<u32>(top - base)) >> 2);
      nesting--;
      top = base - 4;
      const outer = load<u32>(top);
      base -= outer >> 3;
      kind = outer & 7;
    }
  }
}

/** The container of the `words` words at `items`. */
function close(kind: u32, items: usize, words: u32): Value {
  if (kind == KIND_ARRAY) return arrayOf(items, words);
  if (kind == KIND_SET) {
    const set = set_new(words);
    for (let i: u32 = 0; i < words; i++) set_add(set, changetype<Value>(<usize>load<u32>(items + ((<usize>i) << 2))));
    return set;
  }
  const count = words >> 1;
  const object = object_new(count);
  const ascending = keysAscend(items, count);
  if (ascending || keysDiffer(items, count)) {
    copyBytes(object.entries, items, (<usize>words) << 2);
    object.count = count;
    if (count > LINEAR) rebuildIndex(object);
    if (!ascending) object.word = KIND_OBJECT;
    return object;
  }
  for (let i: u32 = 0; i < count; i++) {
    const entry = items + ((<usize>i) << 3);
    object_insert(object, changetype<Value>(<usize>load<u32>(entry)), changetype<Value>(<usize>load<u32>(entry, 4)));
  }
  return object;
}

/** True when there are few keys and their hashes alone tell them apart. */
function keysDiffer(items: usize, count: u32): bool {
  if (count > LINEAR) return false;
  for (let i: u32 = 1; i < count; i++) {
    const hash = changetype<Value>(<usize>load<u32>(items + ((<usize>i) << 3))).hash;
    // Keys other than strings have no hash yet.
    if (hash == 0) return false;
    for (let j: u32 = 0; j < i; j++) {
      if (changetype<Value>(<usize>load<u32>(items + ((<usize>j) << 3))).hash == hash) return false;
    }
  }
  return true;
}

/** True when all keys are strings, each greater than the one before: nothing to sort, and no key twice. */
function keysAscend(items: usize, count: u32): bool {
  let last = changetype<Value>(<usize>load<u32>(items));
  if (kindOf(last) != KIND_STRING) return false;
  for (let i: u32 = 1; i < count; i++) {
    const key = changetype<Value>(<usize>load<u32>(items + ((<usize>i) << 3)));
    if (kindOf(key) != KIND_STRING) return false;
    if (stringCompare(changetype<StringValue>(last), changetype<StringValue>(key)) >= 0) return false;
    last = key;
  }
  return true;
}

/** Address behind the number that readNumber has read last. */
let numberStop: usize = 0;

/** The number that begins at `start`. */
function readNumber(start: usize, end: usize): Value | null {
  const negative = load<u8>(start) == 0x2d;
  const first = negative ? start + 1 : start;
  let at = first;
  let integer: i64 = 0;
  for (; at < end; at++) {
    const digit = <u32>load<u8>(at) - 0x30;
    if (digit >= 10) break;
    integer = integer * 10 + digit;
  }
  // Up to 18 digits without more, and no zero in front of others.
  const length = at - first;
  if (length - 1 < 18 && (at == end || !isNumberByte(load<u8>(at)))) {
    if (load<u8>(first) != 0x30 || (length == 1 && !negative)) {
      numberStop = at;
      return numberFromInteger(negative ? -integer : integer);
    }
  }
  while (at < end && isNumberByte(load<u8>(at))) at++;
  numberStop = at;
  return numberParse(start, <u32>(at - start));
}

/** Bytes that numbers have. */
function isNumberByte(byte: u32): bool {
  return byte - 0x30 < 10 || byte == 0x2e || (byte | 0x20) == 0x65 || byte == 0x2b || byte == 0x2d;
}
