// Arithmetic on numbers as OPA does it: integers exactly at any size; with a fraction on either side, and in every
// division, in binary floating point of 64 bits (big-float.ts), whose results are printed in the fewest digits.
// Leaves faults of operands (division by zero, a remainder of fractions) to the built-ins.
import { abortWith, allocate, freeFrom, heap_pointer } from './memory';
import {
  BigFloat,
  findShortest,
  floatAdd,
  floatDivide,
  floatFromDecimal,
  floatFromInteger,
  floatIsInteger,
  floatMultiply,
  floatNegate,
  floatTruncate,
  shortestCount,
  shortestDigits,
  shortestExponent,
} from './big-float';
import {
  Natural,
  bitLength,
  digitRoom,
  isZero,
  lastRemainder,
  naturalAdd,
  naturalCompare,
  naturalDivide,
  naturalFrom,
  naturalFromDigits,
  naturalLow,
  naturalMultiply,
  naturalSubtract,
  naturalToDigits,
} from './natural';
import { DecimalValue, NumberValue, decimalDigits, decimalText, isInteger, numberFromInteger } from './number';
import { numberParse } from './number-parse';
import { FLAG_TEXT } from './value';

/**
 * Decimal places before or behind the point up to which numbers are calculated with. Converting takes time in the
 * square of their number, and an exponent costs who sends it nothing.
 */
const MAX_PLACES: i32 = 5000;

/** Longer texts are read by their significant digits alone. */
const MAX_TEXT: u32 = 10000;

/** True when the number has no fraction. */
export function isWhole(value: NumberValue): bool {
  if (isInteger(value)) return true;
  const decimal = changetype<DecimalValue>(value);
  return decimal.exponent >= <i32>decimal.digitCount;
}

export function numberAdd(a: NumberValue, b: NumberValue): NumberValue {
  if (isInteger(a) && isInteger(b)) {
    const sum = a.integer + b.integer;
    // Overflow changes the sign of both operands.
    if (((a.integer ^ sum) & (b.integer ^ sum)) >= 0) return numberFromInteger(sum);
  }
  const mark = heap_pointer;
  if (isWhole(a) && isWhole(b))
    return addMagnitudes(mark, magnitudeOf(a), isNegative(a), magnitudeOf(b), isNegative(b));
  return fromFloat(mark, floatAdd(toFloat(a), toFloat(b)));
}

export function numberSubtract(a: NumberValue, b: NumberValue): NumberValue {
  if (isInteger(a) && isInteger(b)) {
    const difference = a.integer - b.integer;
    if (((a.integer ^ b.integer) & (a.integer ^ difference)) >= 0) return numberFromInteger(difference);
  }
  const mark = heap_pointer;
  if (isWhole(a) && isWhole(b))
    return addMagnitudes(mark, magnitudeOf(a), isNegative(a), magnitudeOf(b), !isNegative(b));
  return fromFloat(mark, floatAdd(toFloat(a), floatNegate(toFloat(b))));
}

export function numberMultiply(a: NumberValue, b: NumberValue): NumberValue {
  if (isInteger(a) && isInteger(b) && isSmall(a.integer) && isSmall(b.integer)) {
    return numberFromInteger(a.integer * b.integer);
  }
  const mark = heap_pointer;
  if (isWhole(a) && isWhole(b)) {
    return fromMagnitude(mark, naturalMultiply(magnitudeOf(a), magnitudeOf(b)), isNegative(a) != isNegative(b));
  }
  return fromFloat(mark, floatMultiply(toFloat(a), toFloat(b)));
}

/** The sum in floating point, integers or not: so OPA's `sum` adds once there is a fraction among the numbers. */
export function numberAddFloat(a: NumberValue, b: NumberValue): NumberValue {
  const mark = heap_pointer;
  return fromFloat(mark, floatAdd(toFloat(a), toFloat(b)));
}

/** The product in floating point, integers or not: so OPA's `product` multiplies once there is a fraction among the numbers. */
export function numberMultiplyFloat(a: NumberValue, b: NumberValue): NumberValue {
  const mark = heap_pointer;
  return fromFloat(mark, floatMultiply(toFloat(a), toFloat(b)));
}

/** Products of two such integers fit into i64. */
function isSmall(integer: i64): bool {
  return integer == <i64>(<i32>integer);
}

/** `b` must not be 0. */
export function numberDivide(a: NumberValue, b: NumberValue): NumberValue {
  // A zero takes the long way, as it keeps its sign.
  if (isInteger(a) && isInteger(b) && a.integer != 0 && a.integer != i64.MIN_VALUE && a.integer % b.integer == 0) {
    return numberFromInteger(a.integer / b.integer);
  }
  const mark = heap_pointer;
  return fromFloat(mark, floatDivide(toFloat(a), toFloat(b)));
}

/** Remainder with the sign of `a`; both must be integers and `b` not 0. (OPA takes a `b` whose lowest 64 bits are 0 for 0.) */
export function numberRemainder(a: NumberValue, b: NumberValue): NumberValue {
  if (isInteger(a) && isInteger(b)) return numberFromInteger(b.integer == -1 ? 0 : a.integer % b.integer);
  const mark = heap_pointer;
  naturalDivide(magnitudeOf(a), magnitudeOf(b));
  return fromMagnitude(mark, lastRemainder(), isNegative(a));
}

export function numberAbs(a: NumberValue): NumberValue {
  if (isInteger(a) && a.integer != i64.MIN_VALUE) return numberFromInteger(a.integer < 0 ? -a.integer : a.integer);
  const mark = heap_pointer;
  const float = toFloat(a);
  return fromFloat(mark, float.negative ? floatNegate(float) : float);
}

/** Half away from zero. */
export function numberRound(a: NumberValue): NumberValue {
  if (isInteger(a)) return numberFromInteger(a.integer);
  const mark = heap_pointer;
  const float = toFloat(a);
  const half = floatDivide(floatFromInteger(float.negative ? -1 : 1), floatFromInteger(2));
  return fromMagnitude(mark, floatTruncate(floatAdd(float, half)), float.negative);
}

/** As OPA has it: above -1 and below 0 it is 1. */
export function numberCeil(a: NumberValue): NumberValue {
  if (isInteger(a)) return numberFromInteger(a.integer);
  const mark = heap_pointer;
  const float = toFloat(a);
  const whole = floatTruncate(float);
  if (floatIsInteger(float) || (float.negative && !isZero(whole))) return fromMagnitude(mark, whole, float.negative);
  return fromMagnitude(mark, naturalAdd(whole, naturalFrom(1)), false);
}

/** As OPA has it: above -1 and below 0 it is 0. */
export function numberFloor(a: NumberValue): NumberValue {
  if (isInteger(a)) return numberFromInteger(a.integer);
  const mark = heap_pointer;
  const float = toFloat(a);
  const whole = floatTruncate(float);
  if (floatIsInteger(float) || !float.negative || isZero(whole)) return fromMagnitude(mark, whole, float.negative);
  return fromMagnitude(mark, naturalAdd(whole, naturalFrom(1)), true);
}

function isNegative(value: NumberValue): bool {
  return value.integer < 0;
}

/** The absolute value of an integer. */
export function magnitudeOf(value: NumberValue): Natural {
  if (isInteger(value)) return naturalFrom(value.integer < 0 ? -value.integer : value.integer);
  const decimal = changetype<DecimalValue>(value);
  const zeros = checkedExponent(decimal) - <i32>decimal.digitCount;
  const digits = decimalDigits(decimal);
  const natural = naturalFromDigits(digits, digits + decimal.digitCount);
  return zeros == 0 ? natural : naturalMultiply(natural, powerOfTen(zeros));
}

function powerOfTen(n: u32): Natural {
  const digits = allocate(n + 1);
  memory.fill(digits, 0x30, n + 1);
  store<u8>(digits, 0x31);
  return naturalFromDigits(digits, digits + n + 1);
}

/** The exponent of a number that is not too long to calculate with. */
function checkedExponent(decimal: DecimalValue): i32 {
  const exponent = decimal.exponent;
  if (exponent > MAX_PLACES || exponent - <i32>decimal.digitCount < -MAX_PLACES)
    abortWith('number too long to calculate with');
  return exponent;
}

/** The nearest floating point number, read from the text as it was written. */
export function toFloat(value: NumberValue): BigFloat {
  const decimal = changetype<DecimalValue>(value);
  if (isInteger(value)) {
    const negativeZero = value.integer == 0 && value.word & FLAG_TEXT && load<u8>(decimalText(decimal)) == 0x2d;
    return negativeZero ? floatNegate(floatFromInteger(0)) : floatFromInteger(value.integer);
  }
  checkedExponent(decimal);
  let start = decimalText(decimal);
  let end = start + decimal.textLength;
  if (decimal.textLength > MAX_TEXT) {
    start = decimalDigits(decimal);
    end = start + decimal.digitCount;
  }
  // The mantissa as it was written: zeros at its end count, as the powers of five that they lead to are rounded.
  if (load<u8>(start) == 0x2d) start++;
  while (load<u8>(start) == 0x30 || load<u8>(start) == 0x2e) start++;
  let at = start;
  let places = 0;
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte - 0x30 < 10) places++;
    else if (byte != 0x2e) break;
  }
  return floatFromDecimal(isNegative(value), start, at, decimal.exponent - places);
}

function addMagnitudes(mark: usize, a: Natural, aNegative: bool, b: Natural, bNegative: bool): NumberValue {
  if (aNegative == bNegative) return fromMagnitude(mark, naturalAdd(a, b), aNegative);
  return naturalCompare(a, b) >= 0
    ? fromMagnitude(mark, naturalSubtract(a, b), aNegative)
    : fromMagnitude(mark, naturalSubtract(b, a), bNegative);
}

/** Texts up to this length are made here, so that the scratch of a calculation can be freed. */
const SMALL_TEXT: u32 = 64;
const smallText = memory.data(64);

/** The integer; frees what was allocated from `mark` on. */
export function fromMagnitude(mark: usize, magnitude: Natural, negative: bool): NumberValue {
  if (bitLength(magnitude) < 64) {
    const integer = <i64>naturalLow(magnitude);
    freeFrom(mark);
    return numberFromInteger(negative ? -integer : integer);
  }
  const room = digitRoom(magnitude) + 1;
  const end = allocate(room) + room;
  let start = naturalToDigits(magnitude, end);
  if (negative) store<u8>(--start, 0x2d);
  return parseFreed(mark, start, <u32>(end - start));
}

/** The number of the text at `start`, scratch from `mark` on being freed when the text is small. */
function parseFreed(mark: usize, start: usize, length: u32): NumberValue {
  if (length <= SMALL_TEXT) {
    memory.copy(smallText, start, length);
    freeFrom(mark);
    start = smallText;
  }
  return numberParse(start, length)!;
}

/** The number of a result, printed as Go prints it: integers in full, others in the fewest digits, with an exponent below 1e-4 and from 1e6 on. */
function fromFloat(mark: usize, float: BigFloat): NumberValue {
  if (float.mantissa == 0) {
    store<u16>(smallText, 0x302d);
    const negative = float.negative;
    freeFrom(mark);
    return negative ? numberParse(smallText, 2)! : numberFromInteger(0);
  }
  if (floatIsInteger(float) && float.exponent < 0 && float.exponent > -64) {
    const integer = float.mantissa >> -float.exponent;
    const negative = float.negative;
    if (<i64>integer >= 0) {
      freeFrom(mark);
      return numberFromInteger(negative ? -(<i64>integer) : <i64>integer);
    }
  }
  const whole = floatIsInteger(float);
  findShortest(float);
  const digits = shortestDigits;
  const count = <i32>shortestCount;
  const exponent = shortestExponent;
  const start = allocate(count + max(exponent, 0) + 32);
  let at = start;
  if (float.negative) store<u8>(at++, 0x2d);
  if (!whole && (exponent < -3 || exponent > 6)) {
    at = putScientific(at, digits, count, exponent - 1);
  } else {
    if (exponent <= 0) {
      store<u16>(at, 0x2e30);
      at += 2;
      memory.fill(at, 0x30, -exponent);
      at -= exponent;
    }
    for (let i = 0; i < max(count, exponent); i++) {
      if (i > 0 && i == exponent) store<u8>(at++, 0x2e);
      store<u8>(at++, i < count ? load<u8>(digits + i) : 0x30);
    }
  }
  return parseFreed(mark, start, <u32>(at - start));
}

/** `d.ddde±xx`; returns the end. */
function putScientific(at: usize, digits: usize, count: i32, exponent: i32): usize {
  store<u8>(at++, load<u8>(digits));
  if (count > 1) {
    store<u8>(at++, 0x2e);
    memory.copy(at, digits + 1, count - 1);
    at += count - 1;
  }
  store<u16>(at, exponent < 0 ? 0x2d65 : 0x2b65);
  at += 2;
  let rest = <u32>(exponent < 0 ? -exponent : exponent);
  let scale: u32 = 10;
  while (rest / scale >= 10) scale *= 10;
  for (; scale > 0; scale /= 10) {
    store<u8>(at++, 0x30 + rest / scale);
    rest %= scale;
  }
  return at;
}
