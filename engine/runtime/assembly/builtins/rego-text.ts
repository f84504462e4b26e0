// Values as OPA prints them in texts: `{"a": [1, {2}]}`, strings quoted as Go quotes them. For template strings and errors.
// Leaves JSON to json.ts of the runtime.
import { enter, leave } from '../memory';
import { NumberValue, putNumber } from '../number';
import { StringValue, stringBytes } from '../string';
import { scan_key, scan_length, scan_value } from '../access';
import { putByte, putCodePoint, putLiteral } from '../text-builder';
import {
  KIND_ARRAY,
  KIND_BOOLEAN,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  kindOf,
  value_true,
} from '../value';
import { decodeRune, isSpace, runeOf, sizeOf } from './runes';

/** Puts a value as a Rego term. */
export function putTerm(value: Value): void {
  const kind = kindOf(value);
  if (kind == KIND_STRING) {
    const string = changetype<StringValue>(value);
    putQuoted(stringBytes(string), string.length);
  } else if (kind == KIND_NUMBER) {
    putNumber(changetype<NumberValue>(value));
  } else if (kind == KIND_NULL) {
    putLiteral('null');
  } else if (kind == KIND_BOOLEAN) {
    putLiteral(changetype<usize>(value) == value_true ? 'true' : 'false');
  } else {
    putCollection(value, kind);
  }
}

function putCollection(value: Value, kind: u32): void {
  const count = scan_length(value);
  if (kind == KIND_SET && count == 0) {
    putLiteral('set()');
    return;
  }
  enter();
  putByte(kind == KIND_ARRAY ? 0x5b : 0x7b);
  for (let i = 0; i < count; i++) {
    if (i > 0) putLiteral(', ');
    if (kind == KIND_OBJECT) {
      putTerm(scan_key(value, i));
      putLiteral(': ');
    }
    putTerm(scan_value(value, i));
  }
  putByte(kind == KIND_ARRAY ? 0x5d : 0x7d);
  leave();
}

/** Puts `length` bytes in double quotes, escaped as by Go's strconv.Quote. */
export function putQuoted(bytes: usize, length: u32): void {
  putByte(0x22);
  const end = bytes + length;
  while (bytes < end) {
    const decoded = decodeRune(bytes, end);
    const rune = runeOf(decoded);
    if (rune == 0xfffd && sizeOf(decoded) == 1) putHex(0x78, load<u8>(bytes), 2);
    else putEscaped(rune, 0x22);
    bytes += sizeOf(decoded);
  }
  putByte(0x22);
}

/** Puts a code point as it stands between two marks `quote`, escaped as by Go's strconv. */
export function putEscaped(rune: u32, quote: u32): void {
  if (rune == quote || rune == 0x5c) {
    putByte(0x5c);
    putByte(rune);
  } else if (isPrintable(rune)) {
    putCodePoint(rune);
  } else if (rune >= 7 && rune <= 13) {
    // abtnvfr
    putByte(0x5c);
    putByte((<u32>(0x72_66_76_6e_74_62_61 >> ((<u64>(rune - 7)) << 3))) & 0xff);
  } else if (rune < 0x80) {
    putHex(0x78, rune, 2);
  } else if (rune < 0x10000) {
    putHex(0x75, rune, 4);
  } else {
    putHex(0x55, rune, 8);
  }
}

/** `\LETTER` and the value in that many hex digits. */
function putHex(letter: u32, value: u32, digits: u32): void {
  putByte(0x5c);
  putByte(letter);
  for (let i = digits; i > 0; i--) {
    const digit = (value >> ((i - 1) << 2)) & 15;
    putByte(digit < 10 ? 0x30 + digit : 0x61 - 10 + digit);
  }
}

/** What Go prints as it is: all but controls, spaces other than U+0020, formats, private use and surrogates. Unassigned code points are taken for printable. */
function isPrintable(rune: u32): bool {
  if (rune < 0x7f) return rune >= 0x20;
  if (rune < 0xa1 || rune == 0xad || isSpace(rune)) return false;
  if (rune < 0x600) return true;
  if (rune <= 0x605 || rune == 0x61c || rune == 0x6dd || rune == 0x70f || rune == 0x180e) return false;
  if (rune >= 0x200b && rune <= 0x200f) return false;
  if (rune >= 0x202a && rune <= 0x202e) return false;
  if (rune >= 0x2060 && rune <= 0x206f) return false;
  if (rune >= 0xe000 && rune <= 0xf8ff) return false;
  if (rune == 0xfeff || (rune >= 0xfff9 && rune <= 0xfffb)) return false;
  return rune < 0xe0000 || (rune >= 0xe0100 && rune <= 0xe01ef);
}
