// Numbers: what fits is an `i64`; every other number is exact decimal digits in a canonical form, beside the text it was written as.
// Leaves reading number texts to number-parse.ts and calculating to arithmetic.ts.
//
//   0      4      8         16           20           24
//   | word | hash | integer | textLength | digitCount | exponent | text … | digits …
//
//   FLAG_INTEGER  the value is `integer`; otherwise the value is 0.DIGITS × 10^exponent, negative when `integer` is -1
//   FLAG_TEXT     the fields from 16 on are there: the text to print (OPA prints a number as it was written: `1.0`, `1e2`)
//   digits        ASCII digits without zeros at the start and at the end; none when FLAG_INTEGER
//
// Invariant: a value that fits into i64 always has FLAG_INTEGER, so equal numbers are of one form.
import { allocate } from './memory';
import { compareBytes, hashBytes, sameBytes } from './string';
import { putBytes, putInteger } from './text-builder';
import { FLAG_INTEGER, FLAG_TEXT, KIND_NUMBER, Value, finishHash, mix } from './value';

/** Bytes of a number without a text of its own. */
const INTEGER_SIZE: usize = 16;
/** Bytes before the text. */
const DECIMAL_HEADER: usize = 28;

const MAX_DIGITS: i32 = 20;
const integerDigits = memory.data(MAX_DIGITS);

@unmanaged
export class NumberValue extends Value {
  integer: i64;
}

@unmanaged
export class DecimalValue extends NumberValue {
  textLength: u32;
  digitCount: u32;
  exponent: i32;
}

export function numberFromInteger(integer: i64): NumberValue {
  const value = changetype<NumberValue>(allocate(INTEGER_SIZE));
  value.word = KIND_NUMBER | FLAG_INTEGER;
  value.hash = 0;
  value.integer = integer;
  return value;
}

/** True when the value fits into i64: `value.integer`. */
export function isInteger(value: NumberValue): bool {
  return (value.word & FLAG_INTEGER) != 0;
}

/** A number that is an i64 but is printed as it was written. */
export function integerWithText(integer: i64, text: usize, length: u32): NumberValue {
  const value = changetype<DecimalValue>(allocate(DECIMAL_HEADER + length));
  value.word = KIND_NUMBER | FLAG_INTEGER | FLAG_TEXT;
  value.hash = 0;
  value.integer = integer;
  value.textLength = length;
  value.digitCount = 0;
  value.exponent = 0;
  memory.copy(decimalText(value), text, length);
  return value;
}

/** A number that is no i64, with room for its text and its digits, both to be filled in by the caller. */
export function decimalNew(negative: bool, exponent: i32, textLength: u32, digitCount: u32): DecimalValue {
  const value = changetype<DecimalValue>(allocate(DECIMAL_HEADER + textLength + digitCount));
  value.word = KIND_NUMBER | FLAG_TEXT;
  value.hash = 0;
  value.integer = negative ? -1 : 0;
  value.textLength = textLength;
  value.digitCount = digitCount;
  value.exponent = exponent;
  return value;
}

export function decimalText(value: DecimalValue): usize {
  return changetype<usize>(value) + DECIMAL_HEADER;
}

export function decimalDigits(value: DecimalValue): usize {
  return changetype<usize>(value) + DECIMAL_HEADER + value.textLength;
}

export function numberHash(value: NumberValue): u32 {
  if (isInteger(value)) return finishHash(mix(mix(KIND_NUMBER, <u32>value.integer), <u32>(value.integer >> 32)));
  const decimal = changetype<DecimalValue>(value);
  const digits = hashBytes(decimalDigits(decimal), decimal.digitCount);
  return finishHash(mix(mix(digits, decimal.exponent), <u32>value.integer));
}

export function numberEqual(a: NumberValue, b: NumberValue): bool {
  if (isInteger(a) || isInteger(b)) return isInteger(a) && isInteger(b) && a.integer == b.integer;
  const x = changetype<DecimalValue>(a);
  const y = changetype<DecimalValue>(b);
  return (
    x.integer == y.integer &&
    x.exponent == y.exponent &&
    x.digitCount == y.digitCount &&
    sameBytes(decimalDigits(x), decimalDigits(y), x.digitCount)
  );
}

/** Order of two numbers, exact: -1, 0 or 1. */
export function numberCompare(a: NumberValue, b: NumberValue): i32 {
  if (isInteger(a) && isInteger(b)) return <i32>(a.integer > b.integer) - <i32>(a.integer < b.integer);
  const signs = numberSign(a) - numberSign(b);
  if (signs != 0) return signs < 0 ? -1 : 1;
  const order = isInteger(a)
    ? -compareMagnitude(changetype<DecimalValue>(b), a.integer)
    : isInteger(b)
      ? compareMagnitude(changetype<DecimalValue>(a), b.integer)
      : compareDecimals(changetype<DecimalValue>(a), changetype<DecimalValue>(b));
  return numberSign(a) < 0 ? -order : order;
}

/** -1, 0 or 1. */
export function numberSign(value: NumberValue): i32 {
  if (isInteger(value)) return <i32>(value.integer > 0) - <i32>(value.integer < 0);
  return value.integer < 0 ? -1 : 1;
}

/** Order of the absolute values of two decimals. */
function compareDecimals(a: DecimalValue, b: DecimalValue): i32 {
  return compareDigits(a.exponent, decimalDigits(a), a.digitCount, b.exponent, decimalDigits(b), b.digitCount);
}

/** Order of the absolute values of a decimal and an integer. */
function compareMagnitude(a: DecimalValue, integer: i64): i32 {
  const end = integerDigits + MAX_DIGITS;
  let at = end;
  let rest: u64 = integer < 0 ? -integer : integer;
  if (rest == 0) return 1;
  for (; rest; rest /= 10) store<u8>(--at, 0x30 + <u8>(rest % 10));
  const exponent = <i32>(end - at);
  let count = <u32>exponent;
  while (load<u8>(at + count - 1) == 0x30) count--;
  return compareDigits(a.exponent, decimalDigits(a), a.digitCount, exponent, at, count);
}

function compareDigits(e: i32, digits: usize, count: u32, f: i32, others: usize, otherCount: u32): i32 {
  if (e != f) return e < f ? -1 : 1;
  const order = compareBytes(digits, others, min(count, otherCount));
  return order != 0 ? order : <i32>(count > otherCount) - <i32>(count < otherCount);
}

/** Puts the number's text: as it was written, or plain decimal. */
export function putNumber(value: NumberValue): void {
  if (value.word & FLAG_TEXT) {
    const decimal = changetype<DecimalValue>(value);
    putBytes(decimalText(decimal), decimal.textLength);
  } else {
    putInteger(value.integer);
  }
}
