// From values to text: JSON as OPA gives results and as Go's encoding/json marshals, and Rego's ground values without loss.
// Leaves the numbers' texts to number.ts, the order of keys to table-sort.ts.
import { decodeRune, runeOf, sizeOf } from './builtins/runes';
import { scan_key, scan_length, scan_value } from './access';
import { ArrayValue, arrayItem, array_append, array_new } from './array';
import { copyBytes, enter, holdScratch, leave, releaseScratch, reserve, setTextPosition, textPosition } from './memory';
import { specialBytes } from './json-string';
import { DecimalValue, NumberValue, decimalText } from './number';
import { StringValue, stringBytes } from './string';
import { TableValue, entryKey, entryValue, object_insert, object_new } from './table';
import { sortTable } from './table-sort';
import { beginText, dropText, endRaw, endText, putByte, putBytes, putLiteral, writeInteger } from './text-builder';
import {
  FLAG_SORTED,
  FLAG_TEXT,
  KIND_ARRAY,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  kindOf,
  value_true,
} from './value';

/** Plain JSON: results. */
export const JSON_PLAIN: u32 = 0;
/** JSON with `<`, `>`, `&`, U+2028 and U+2029 escaped, as Go's json.Marshal writes it. */
export const JSON_HTML_SAFE: u32 = 1;
/** Sets as `{1,2}` and `set()`, keys as they are. */
export const REGO_TERM: u32 = 2;

/** OPA's ABI: address of NUL-terminated JSON text. Sets become arrays, keys that are no strings their JSON text. */
export function opa_json_dump(value: Value): usize {
  return dump(value, JSON_PLAIN);
}

/** OPA's ABI: address of NUL-terminated text that opa_value_parse reads back to the same value. */
export function opa_value_dump(value: Value): usize {
  return dump(value, REGO_TERM);
}

function dump(value: Value, mode: u32): usize {
  beginText();
  oddKeys = false;
  putJson(value, mode);
  if (oddKeys && mode != REGO_TERM) {
    dropText();
    value = withStringKeys(value);
    beginText();
    putJson(value, mode);
  }
  return endRaw();
}

/** An object has been written whose keys are not all strings: its members are not in the order of their names yet. */
let oddKeys: bool = false;

/** JSON text as Go's json.Marshal gives it. */
export function marshal(value: Value): StringValue {
  const plain = withStringKeys(value);
  beginText();
  putJson(plain, JSON_HTML_SAFE);
  return endText();
}

/**
 * The value with every key that is no string turned into its JSON text, which changes the order of keys and may make two
 * of them one (the later in Rego's order wins). Sets with such objects inside become arrays. Itself when it has none.
 */
function withStringKeys(value: Value): Value {
  const kind = kindOf(value);
  if (kind < KIND_ARRAY) return value;
  const count = scan_length(value);
  enter();
  let changed: Value = value;
  if (kind == KIND_OBJECT) {
    let copy: TableValue | null = null;
    for (let i = 0; i < count; i++) {
      const key = scan_key(value, i);
      const inner = scan_value(value, i);
      const plain = withStringKeys(inner);
      if (copy === null && (kindOf(key) != KIND_STRING || plain !== inner)) {
        copy = object_new(count);
        for (let k = 0; k < i; k++) object_insert(copy, scan_key(value, k), scan_value(value, k));
      }
      if (copy !== null) object_insert(copy, kindOf(key) == KIND_STRING ? key : marshal(key), plain);
    }
    if (copy !== null) changed = copy;
  } else {
    let copy: ArrayValue | null = null;
    for (let i = 0; i < count; i++) {
      const inner = scan_value(value, i);
      const plain = withStringKeys(inner);
      if (copy === null && plain !== inner) {
        copy = array_new(count);
        for (let k = 0; k < i; k++) array_append(copy, scan_value(value, k));
      }
      if (copy !== null) array_append(copy, plain);
    }
    if (copy !== null) changed = copy;
  }
  leave();
  return changed;
}

/** Puts a value into the text under construction. */
export function putJson(value: Value, mode: u32): void {
  setTextPosition(write(value, mode, textPosition()));
}

/** Puts `length` bytes at `bytes` as a JSON string into the text under construction. Bytes that are no UTF-8 become U+FFFD, but in terms. */
export function putJsonString(bytes: usize, length: u32, mode: u32): void {
  setTextPosition(writeString(bytes, length, mode, textPosition()));
}

// What follows writes at an address and returns the one behind what it has written, which is faster than to keep it in
// memory. `reserve(at)` makes room for 16 bytes and more: enough for a value without contents and what separates it from the next.

function write(value: Value, mode: u32, at: usize): usize {
  const kind = kindOf(value);
  if (kind == KIND_STRING) {
    const string = changetype<StringValue>(value);
    return writeString(stringBytes(string), string.length, mode, at);
  }
  if (kind == KIND_NUMBER) return writeNumber(changetype<NumberValue>(value), at);
  if (kind == KIND_OBJECT) return writeObject(changetype<TableValue>(value), mode, at);
  if (kind == KIND_ARRAY) return writeArray(changetype<ArrayValue>(value), mode, at);
  if (kind == KIND_SET) return writeSet(changetype<TableValue>(value), mode, at);
  reserve(at);
  if (kind == KIND_NULL) {
    store<u32>(at, 0x6c6c756e); // null
    return at + 4;
  }
  if (changetype<usize>(value) == value_true) {
    store<u32>(at, 0x65757274); // true
    return at + 4;
  }
  store<u64>(at, 0x65736c6166); // false
  return at + 5;
}

function writeArray(array: ArrayValue, mode: u32, at: usize): usize {
  enter();
  reserve(at);
  store<u8>(at++, 0x5b);
  const count = array.count;
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) store<u8>(at++, 0x2c);
    at = write(arrayItem(array, i), mode, at);
  }
  reserve(at);
  store<u8>(at++, 0x5d);
  leave();
  return at;
}

function writeSet(set: TableValue, mode: u32, at: usize): usize {
  const count = set.count;
  reserve(at);
  if (mode == REGO_TERM && count == 0) {
    store<u64>(at, 0x2928746573); // set()
    return at + 5;
  }
  enter();
  sortAt(set, at);
  store<u8>(at++, mode == REGO_TERM ? 0x7b : 0x5b);
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) store<u8>(at++, 0x2c);
    at = write(entryKey(set, i), mode, at);
  }
  reserve(at);
  store<u8>(at++, mode == REGO_TERM ? 0x7d : 0x5d);
  leave();
  return at;
}

function writeObject(object: TableValue, mode: u32, at: usize): usize {
  enter();
  sortAt(object, at);
  reserve(at);
  store<u8>(at++, 0x7b);
  const count = object.count;
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) store<u8>(at++, 0x2c);
    const key = entryKey(object, i);
    if (kindOf(key) == KIND_STRING || mode == REGO_TERM) at = write(key, mode, at);
    else {
      oddKeys = true;
      at = writeKeyText(key, mode, at);
    }
    store<u8>(at++, 0x3a);
    at = write(entryValue(object, i), mode, at);
  }
  reserve(at);
  store<u8>(at++, 0x7d);
  leave();
  return at;
}

/** Sorts in scratch that keeps clear of what has been written. */
function sortAt(table: TableValue, at: usize): void {
  if (table.word & FLAG_SORTED) return;
  setTextPosition(at);
  sortTable(table);
}

/** A key that is no string: its JSON text, as a string. */
function writeKeyText(key: Value, mode: u32, at: usize): usize {
  // The text is made where the string is to be, moved away, and written as a string.
  const length = write(key, JSON_HTML_SAFE, at) - at;
  setTextPosition(at + length);
  const copy = holdScratch(length);
  memory.copy(copy, at, length);
  const string = copy + length;
  const stringLength = writeString(copy, <u32>length, mode, string) - string;
  memory.copy(at, string, stringLength);
  releaseScratch(copy);
  reserve(at + stringLength);
  return at + stringLength;
}

function writeNumber(value: NumberValue, at: usize): usize {
  if (value.word & FLAG_TEXT) {
    const decimal = changetype<DecimalValue>(value);
    reserve(at + decimal.textLength);
    copyBytes(at, decimalText(decimal), decimal.textLength);
    return at + decimal.textLength;
  }
  return writeInteger(value.integer, at);
}

function writeString(bytes: usize, length: u32, mode: u32, at: usize): usize {
  reserve(at + length);
  store<u8>(at++, 0x22);
  const end = bytes + length;
  if (mode != JSON_HTML_SAFE) {
    // Eight bytes at a time up to the first that needs a second look; the word at the end may reach behind it.
    while (bytes < end) {
      const word = load<u64>(bytes);
      store<u64>(at, word);
      const special = specialBytes(word);
      if (special != 0) {
        const plain = <usize>(ctz(special) >> 3);
        if (bytes + plain < end) {
          at += plain;
          bytes += plain;
          break;
        }
      }
      at += 8;
      bytes += 8;
    }
    if (bytes >= end) {
      at -= bytes - end;
      store<u8>(at, 0x22);
      return at + 1;
    }
  }
  setTextPosition(at);
  putRest(bytes, end, mode);
  putByte(0x22);
  at = textPosition();
  reserve(at);
  return at;
}

/** Puts what is inside a JSON string, byte by byte. */
function putRest(at: usize, end: usize, mode: u32): void {
  while (at < end) {
    const start = at;
    at = plainEnd(at, end, mode);
    if (at > start) putBytes(start, <u32>(at - start));
    if (at == end) break;
    const byte = load<u8>(at);
    if (byte < 0x80) {
      putEscape(byte);
      at++;
      continue;
    }
    // plainEnd stops at what is not ASCII only when something is to be done about it.
    const decoded = decodeRune(at, end);
    if (sizeOf(decoded) == 1) {
      if (mode == REGO_TERM) putByte(byte);
      else putLiteral('\\ufffd');
    } else putLiteral(runeOf(decoded) == 0x2028 ? '\\u2028' : '\\u2029');
    at += sizeOf(decoded);
  }
}

/** First byte from `at` on that cannot stand as it is. */
function plainEnd(at: usize, end: usize, mode: u32): usize {
  while (at < end) {
    if (mode != JSON_HTML_SAFE && at + 8 <= end) {
      const word = load<u64>(at);
      const special = specialBytes(word);
      if (special == 0) {
        at += 8;
        continue;
      }
      at += <usize>(ctz(special) >> 3);
    }
    const byte = <u32>load<u8>(at);
    if (byte >= 0x80) {
      const decoded = decodeRune(at, end);
      if (sizeOf(decoded) == 1 || (mode == JSON_HTML_SAFE && (runeOf(decoded) | 1) == 0x2029)) break;
      at += sizeOf(decoded);
      continue;
    }
    if (byte < 0x20 || byte == 0x22 || byte == 0x5c) break;
    if (mode == JSON_HTML_SAFE && (byte == 0x3c || byte == 0x3e || byte == 0x26)) break;
    at++;
  }
  return at;
}

function putEscape(byte: u32): void {
  putByte(0x5c);
  if (byte == 0x22 || byte == 0x5c) putByte(byte);
  else if (byte == 0x0a) putByte(0x6e);
  else if (byte == 0x0d) putByte(0x72);
  else if (byte == 0x09) putByte(0x74);
  else if (byte == 0x08) putByte(0x62);
  else if (byte == 0x0c) putByte(0x66);
  else {
    putLiteral('u00');
    putByte(0x30 + (byte >> 4));
    const low = byte & 15;
    putByte(low < 10 ? 0x30 + low : 0x57 + low);
  }
}
