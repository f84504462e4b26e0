// `base64.*`, `base64url.*` and `hex.*`. Decoding gives any bytes: the strings need not be valid UTF-8 (see runes.ts).
import { StringValue, stringBytes } from '../string';
import { beginText, dropText, endText, putByte, putCodePoint, putLiteral } from '../text-builder';
import { KIND_STRING, Value, booleanValue, kindOf } from '../value';
import { beginFault, endFault, fail, failWithString, stringOperand } from './operand';

export function builtin_base64_encode(text: Value): Value | null {
  return encode64(text, false, true);
}

export function builtin_base64url_encode(text: Value): Value | null {
  return encode64(text, true, true);
}

export function builtin_base64url_encode_no_pad(text: Value): Value | null {
  return encode64(text, true, false);
}

function encode64(text: Value, url: bool, pad: bool): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  const end = stringBytes(string) + string.length;
  beginText();
  for (let at = stringBytes(string); at < end; at += 3) {
    const count = <u32>min(end - at, 3);
    let group = (<u32>load<u8>(at)) << 16;
    if (count > 1) group |= (<u32>load<u8>(at, 1)) << 8;
    if (count > 2) group |= load<u8>(at, 2);
    for (let i: u32 = 0; i < 4; i++) {
      if (i <= count) putByte(letter64((group >> (18 - 6 * i)) & 63, url));
      else if (pad) putByte(0x3d);
    }
  }
  return endText();
}

function letter64(value: u32, url: bool): u32 {
  if (value < 26) return 0x41 + value;
  if (value < 52) return 0x61 - 26 + value;
  if (value < 62) return 0x30 - 52 + value;
  if (value == 62) return url ? 0x2d : 0x2b;
  return url ? 0x5f : 0x2f;
}

/** Value of a letter, or -1. */
function value64(letter: u32, url: bool): i32 {
  if (letter - 0x41 < 26) return letter - 0x41;
  if (letter - 0x61 < 26) return letter - 0x61 + 26;
  if (letter - 0x30 < 10) return letter - 0x30 + 52;
  if (letter == <u32>(url ? 0x2d : 0x2b)) return 62;
  return letter == <u32>(url ? 0x5f : 0x2f) ? 63 : -1;
}

export function builtin_base64_decode(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  beginText();
  const fault = decode64(string, 0, false);
  if (fault < 0) return endText();
  dropText();
  return illegal64(fault);
}

export function builtin_base64_is_valid(text: Value): Value {
  if (kindOf(text) != KIND_STRING) return booleanValue(false);
  beginText();
  const fault = decode64(changetype<StringValue>(text), 0, false);
  dropText();
  return booleanValue(fault < 0);
}

export function builtin_base64url_decode(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  // Padding may be left out as a whole (RFC 7515, appendix C).
  let missing: u32 = 0;
  const length = string.length;
  if (length == 0 || load<u8>(stringBytes(string) + length - 1) != 0x3d) {
    missing = -length & 3;
    if (missing == 3) return failWithString('illegal base64url string: ', string);
  }
  beginText();
  const fault = decode64(string, missing, true);
  if (fault < 0) return endText();
  dropText();
  return illegal64(fault);
}

function illegal64(offset: i32): Value | null {
  beginFault();
  putLiteral('illegal base64 data at input byte ');
  putNumber(offset);
  return endFault();
}

function putNumber(value: u32): void {
  if (value >= 10) putNumber(value / 10);
  putByte(0x30 + (value % 10));
}

/**
 * Puts what `string`, followed by `missing` bytes `=`, decodes to; new lines count for nothing. Returns -1, or the offset
 * of the fault that Go's encoding/base64 reports: the byte that does not belong, or the start of a group cut short.
 */
function decode64(string: StringValue, missing: u32, url: bool): i32 {
  const bytes = stringBytes(string);
  const length = string.length + missing;
  let at: u32 = 0;
  while (true) {
    let group: u32 = 0;
    let count: u32 = 0;
    while (count < 4) {
      if (at == length) return count == 0 ? -1 : at - count;
      const byte = at < string.length ? <u32>load<u8>(bytes + at) : 0x3d;
      at++;
      if (byte == 0x0a || byte == 0x0d) continue;
      if (byte != 0x3d) {
        const value = value64(byte, url);
        if (value < 0) return at - 1;
        group = (group << 6) | value;
        count++;
        continue;
      }
      // Padding ends the text: one `=` after three letters, two after two.
      if (count < 2) return at - 1;
      at = skipLines(string, at);
      if (count == 2) {
        if (at == length) return length;
        if (at < string.length && load<u8>(bytes + at) != 0x3d) return at - 1;
        at = skipLines(string, at + 1);
      }
      if (at < length) return at;
      group <<= (4 - count) * 6;
      putByte(group >> 16);
      if (count == 3) putByte((group >> 8) & 0xff);
      return -1;
    }
    putByte(group >> 16);
    putByte((group >> 8) & 0xff);
    putByte(group & 0xff);
  }
}

/** Offset of the first byte from `at` on that is no new line. */
function skipLines(string: StringValue, at: u32): u32 {
  while (at < string.length) {
    const byte = load<u8>(stringBytes(string) + at);
    if (byte != 0x0a && byte != 0x0d) break;
    at++;
  }
  return at;
}

export function builtin_hex_encode(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  const bytes = stringBytes(string);
  const length = string.length;
  beginText();
  for (let i: u32 = 0; i < length; i++) {
    const byte = <u32>load<u8>(bytes + i);
    putByte(letter16(byte >> 4));
    putByte(letter16(byte & 15));
  }
  return endText();
}

function letter16(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x61 - 10 + value;
}

/** Value of a hex digit, or -1. */
function value16(digit: u32): i32 {
  if (digit - 0x30 < 10) return digit - 0x30;
  const letter = (digit | 0x20) - 0x61;
  return letter < 6 ? <i32>letter + 10 : -1;
}

export function builtin_hex_decode(text: Value): Value | null {
  const string = stringOperand(text, 1);
  if (string === null) return null;
  const bytes = stringBytes(string);
  const length = string.length;
  beginText();
  for (let i: u32 = 0; i < length; i++) {
    const digit = <u32>load<u8>(bytes + i);
    const value = value16(digit);
    if (value < 0) {
      dropText();
      return invalidHex(digit);
    }
    if (i & 1) putByte((value16(load<u8>(bytes + i - 1)) << 4) | value);
  }
  if (length & 1) {
    dropText();
    return fail('encoding/hex: odd length hex string');
  }
  return endText();
}

function invalidHex(byte: u32): Value | null {
  beginFault();
  putLiteral('encoding/hex: invalid byte: U+00');
  putByte(upper16(byte >> 4));
  putByte(upper16(byte & 15));
  // Go prints the character too, where there is one to see.
  if (byte >= 0x20 && byte != 0x7f && (byte < 0x80 || byte >= 0xa1) && byte != 0xad) {
    putLiteral(" '");
    putCodePoint(byte);
    putByte(0x27);
  }
  return endFault();
}

function upper16(value: u32): u32 {
  return value < 10 ? 0x30 + value : 0x41 - 10 + value;
}
