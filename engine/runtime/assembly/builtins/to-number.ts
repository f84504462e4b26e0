// `to_number`: texts are read as by Go's strconv.ParseFloat, but exactly; hexadecimal ones are refused.
import { allocate } from '../memory';
import { DecimalValue, decimalDigits, isInteger, numberFromInteger } from '../number';
import { numberParse } from '../number-parse';
import { StringValue, stringBytes } from '../string';
import { putLiteral } from '../text-builder';
import { KIND_BOOLEAN, KIND_NULL, KIND_NUMBER, KIND_STRING, Value, kindOf, value_true } from '../value';
import { beginFault, endFault, failKind, failOperand } from './operand';
import { putQuoted } from './rego-text';

export function builtin_to_number(value: Value): Value | null {
  const kind = kindOf(value);
  if (kind == KIND_NUMBER) return value;
  if (kind == KIND_NULL) return numberFromInteger(0);
  if (kind == KIND_BOOLEAN) return numberFromInteger(changetype<usize>(value) == value_true ? 1 : 0);
  if (kind != KIND_STRING) {
    return failKind(1, (KIND_NULL << 12) | (KIND_BOOLEAN << 8) | (KIND_NUMBER << 4) | KIND_STRING, value);
  }
  const text = changetype<StringValue>(value);
  if (isSpecial(text)) return failOperand(1, 'must be valid number string but got string');
  const length = rewrite(text);
  if (length == 0) return refuse(text, 'invalid syntax');
  const number = numberParse(rewritten, length);
  if (number === null || (!isInteger(number) && isBeyondFloat(changetype<DecimalValue>(number)))) {
    return refuse(text, 'value out of range');
  }
  return number;
}

function refuse(text: StringValue, reason: string): Value | null {
  beginFault();
  putLiteral('strconv.ParseFloat: parsing ');
  putQuoted(stringBytes(text), text.length);
  putLiteral(': ');
  putLiteral(reason);
  return endFault();
}

/** `inf`, `infinity` or `nan` in any case, with or without a sign. */
function isSpecial(text: StringValue): bool {
  const bytes = stringBytes(text);
  const length = text.length;
  if (length == 0) return false;
  const first = load<u8>(bytes);
  const sign: u32 = first == 0x2b || first == 0x2d ? 1 : 0;
  return (
    isWord(bytes + sign, length - sign, 'infinity') ||
    isWord(bytes + sign, length - sign, 'inf') ||
    isWord(bytes + sign, length - sign, 'nan')
  );
}

function isWord(bytes: usize, length: u32, word: string): bool {
  if (length != <u32>word.length) return false;
  for (let i: u32 = 0; i < length; i++) if ((load<u8>(bytes + i) | 0x20) != word.charCodeAt(i)) return false;
  return true;
}

/** Where rewrite has put the number. */
let rewritten: usize = 0;

/**
 * Puts the number in JSON's form into free memory: Go's also allows a plus sign, leading zeros, a point at either end
 * and underscores between digits. Returns its length, 0 when the text is no number.
 */
function rewrite(text: StringValue): u32 {
  let at = stringBytes(text);
  const end = at + text.length;
  rewritten = allocate(text.length + 2);
  let to = rewritten;
  if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) {
    if (load<u8>(at) == 0x2d) store<u8>(to++, 0x2d);
    at++;
  }
  let digits = false;
  let point: usize = 0;
  const first = to;
  // What was last: a digit, an underscore, or neither.
  let last: u32 = 0;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == 0x5f) {
      if (last - 0x30 > 9) return 0;
    } else if (byte == 0x2e) {
      if (point != 0 || last == 0x5f) return 0;
      if (!digits) store<u8>(to++, 0x30);
      point = to;
      store<u8>(to++, 0x2e);
    } else if (byte - 0x30 <= 9) {
      // A zero at the start gives way to what follows it.
      if (point == 0 && to == first + 1 && load<u8>(first) == 0x30) to = first;
      store<u8>(to++, byte);
      digits = true;
    } else break;
    last = byte;
  }
  if (!digits || last == 0x5f) return 0;
  if (point != 0 && to == point + 1) to = point;
  if (at < end) {
    const letter = load<u8>(at++);
    if ((letter | 0x20) != 0x65) return 0;
    store<u8>(to++, letter);
    if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) store<u8>(to++, load<u8>(at++));
    last = 0;
    for (; at < end; at++) {
      const byte = <u32>load<u8>(at);
      if (byte == 0x5f ? last - 0x30 > 9 : byte - 0x30 > 9) return 0;
      if (byte != 0x5f) store<u8>(to++, byte);
      last = byte;
    }
    if (last - 0x30 > 9) return 0;
  }
  return <u32>(to - rewritten);
}

/** True when a float of 64 bits would be infinite: from 2^1024 - 2^970 on, whose first digits are these. */
function isBeyondFloat(number: DecimalValue): bool {
  if (number.exponent != 309) return number.exponent > 309;
  const limit = '179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017977587207';
  const digits = decimalDigits(number);
  for (let i: u32 = 0; i < <u32>limit.length; i++) {
    const digit = i < number.digitCount ? <u32>load<u8>(digits + i) : 0x30;
    if (digit != <u32>limit.charCodeAt(i)) return digit > <u32>limit.charCodeAt(i);
  }
  return true;
}
