// From values to text: JSON as OPA gives results and as Go's encoding/json marshals, and Rego's ground values without loss.
// Leaves the numbers' texts to number.ts, the order of keys to table-sort.ts.
import { decodeRune, runeOf, sizeOf } from './builtins/runes';
import { ArrayValue, arrayItem } from './array';
import { enter, leave, reserve, scratch, setTextPosition, textPosition } from './memory';
import { specialBytes } from './json-string';
import { NumberValue, putNumber } from './number';
import { StringValue, stringBytes } from './string';
import { TableValue, entryKey, entryValue } from './table';
import { sortTable } from './table-sort';
import { beginText, endRaw, putByte, putBytes, putLiteral } from './text-builder';
import {
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
  beginText();
  putJson(value, JSON_PLAIN);
  return endRaw();
}

/** OPA's ABI: address of NUL-terminated text that opa_value_parse reads back to the same value. */
export function opa_value_dump(value: Value): usize {
  beginText();
  putJson(value, REGO_TERM);
  return endRaw();
}

/** Puts a value into the text under construction. */
export function putJson(value: Value, mode: u32): void {
  const kind = kindOf(value);
  if (kind == KIND_STRING) {
    const string = changetype<StringValue>(value);
    putJsonString(stringBytes(string), string.length, mode);
  } else if (kind == KIND_NUMBER) {
    putNumber(changetype<NumberValue>(value));
  } else if (kind == KIND_ARRAY) {
    putArray(changetype<ArrayValue>(value), mode);
  } else if (kind == KIND_OBJECT) {
    putObject(changetype<TableValue>(value), mode);
  } else if (kind == KIND_SET) {
    putSet(changetype<TableValue>(value), mode);
  } else if (kind == KIND_NULL) {
    putWord(0x6c6c756e); // null
  } else if (changetype<usize>(value) == value_true) {
    putWord(0x65757274); // true
  } else {
    putWord(0x736c6166); // fals
    putByte(0x65);
  }
}

function putArray(array: ArrayValue, mode: u32): void {
  enter();
  putByte(0x5b);
  const count = array.count;
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) putByte(0x2c);
    putJson(arrayItem(array, i), mode);
  }
  putByte(0x5d);
  leave();
}

function putSet(set: TableValue, mode: u32): void {
  const count = set.count;
  if (mode == REGO_TERM && count == 0) {
    putLiteral('set()');
    return;
  }
  enter();
  sortTable(set);
  putByte(mode == REGO_TERM ? 0x7b : 0x5b);
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) putByte(0x2c);
    putJson(entryKey(set, i), mode);
  }
  putByte(mode == REGO_TERM ? 0x7d : 0x5d);
  leave();
}

function putObject(object: TableValue, mode: u32): void {
  enter();
  sortTable(object);
  putByte(0x7b);
  const count = object.count;
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) putByte(0x2c);
    const key = entryKey(object, i);
    if (kindOf(key) == KIND_STRING || mode == REGO_TERM) putJson(key, mode);
    else putKeyText(key, mode);
    putByte(0x3a);
    putJson(entryValue(object, i), mode);
  }
  putByte(0x7d);
  leave();
}

/** A key that is no string: its JSON text, as a string. */
function putKeyText(key: Value, mode: u32): void {
  const start = textPosition();
  putJson(key, JSON_HTML_SAFE);
  const length = <u32>(textPosition() - start);
  const copy = scratch(length);
  memory.copy(copy, start, length);
  // The string overwrites the text, but its own end must stay below the copy: room for it is made by starting behind.
  setTextPosition(copy + length);
  const quoted = textPosition();
  putJsonString(copy, length, mode);
  const quotedLength = textPosition() - quoted;
  memory.copy(start, quoted, quotedLength);
  setTextPosition(start + quotedLength);
}

/** Puts four bytes. */
function putWord(word: u32): void {
  const position = textPosition();
  reserve(position + 4);
  store<u32>(position, word);
  setTextPosition(position + 4);
}

/** Puts `length` bytes at `bytes` as a JSON string. Bytes that are no UTF-8 become U+FFFD. */
export function putJsonString(bytes: usize, length: u32, mode: u32): void {
  let position = textPosition();
  reserve(position + length + 10);
  store<u8>(position++, 0x22);
  const end = bytes + length;
  let at = bytes;
  if (mode != JSON_HTML_SAFE) {
    // Eight bytes at a time up to the first that needs a second look; the word at the end may reach behind it.
    while (at < end) {
      const word = load<u64>(at);
      store<u64>(position, word);
      const special = specialBytes(word);
      if (special != 0) {
        const plain = <usize>(ctz(special) >> 3);
        if (at + plain < end) {
          position += plain;
          at += plain;
          break;
        }
      }
      position += min<usize>(8, end - at);
      at += 8;
    }
    if (at >= end) {
      store<u8>(position, 0x22);
      setTextPosition(position + 1);
      return;
    }
  }
  setTextPosition(position);
  putRest(at, end, mode);
  putByte(0x22);
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
    if (sizeOf(decoded) == 1) putLiteral('\\ufffd');
    else putLiteral(runeOf(decoded) == 0x2028 ? '\\u2028' : '\\u2029');
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
