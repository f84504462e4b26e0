// Binary floating point with 64 bits of mantissa and a wide exponent: what OPA (Go's big.Float at its default precision)
// calculates with once a number is no integer. Results are rounded to nearest, ties to even, exactly as there; so is the
// reading of decimal text, whose powers of five are rounded to 128 bits. Leaves integers to arithmetic.ts.
//
//   0          8          12
//   | mantissa | exponent | negative |      value: mantissa × 2^exponent; the mantissa's top bit is set, or it is 0
import { allocate } from './memory';
import {
  Natural,
  bitLength,
  digitRoom,
  fractionRoom,
  fractionToDigits,
  hasLowBits,
  isZero,
  lastRemainder,
  naturalAdd,
  naturalDivide,
  naturalFrom,
  naturalFromDigits,
  naturalLow,
  naturalMultiply,
  naturalSubtract,
  naturalCompare,
  naturalToDigits,
  shiftLeft,
  shiftRight,
} from './natural';

const PRECISION: u32 = 64;
/** Precision of powers of five, and of the squares they are made of. */
const POWER_PRECISION: u32 = 128;
const SQUARE_PRECISION: u32 = 192;
/** The largest power of five below 2^64. */
const MAX_EXACT_POWER: u32 = 27;
const EXACT_POWER: u64 = 7450580596923828125;

@unmanaged
export class BigFloat {
  mantissa: u64;
  exponent: i32;
  negative: bool;
}

/** `value` × 2^exponent. */
function floatFrom(negative: bool, value: u64, exponent: i32): BigFloat {
  const float = changetype<BigFloat>(allocate(offsetof<BigFloat>()));
  const shift = value == 0 ? 0 : clz(value);
  float.mantissa = value << shift;
  float.exponent = value == 0 ? 0 : exponent - <i32>shift;
  float.negative = negative;
  return float;
}

export function floatFromInteger(integer: i64): BigFloat {
  return floatFrom(integer < 0, integer < 0 ? -integer : integer, 0);
}

/** Where the last call of roundNatural has put the point: the result is to be multiplied by two to this power. */
let roundedShift: u32 = 0;

/** `a`, of which a positive part smaller than its last bit may be cut off (`sticky`), rounded to `precision` bits. */
function roundNatural(a: Natural, precision: u32, sticky: bool): Natural {
  const length = bitLength(a);
  roundedShift = 0;
  if (length <= precision) return a;
  roundedShift = length - precision;
  const kept = shiftRight(a, roundedShift);
  const half = hasBit(a, roundedShift - 1);
  const more = sticky || hasLowBits(a, roundedShift - 1);
  if (!half || (!more && (naturalLow(kept) & 1) == 0)) return kept;
  return naturalAdd(kept, naturalFrom(1));
}

function hasBit(a: Natural, bit: u32): bool {
  return (naturalLow(shiftRight(a, bit)) & 1) != 0;
}

/** `a` × 2^exponent rounded. When `sticky`, `a` must have more bits than the mantissa. */
function floatRound(negative: bool, a: Natural, exponent: i32, sticky: bool): BigFloat {
  const rounded = roundNatural(a, PRECISION, sticky);
  const shift = <i32>roundedShift;
  // Rounding up may have carried into bit 64; the bits below are 0 then.
  if (bitLength(rounded) > PRECISION)
    return floatFrom(negative, naturalLow(shiftRight(rounded, 1)), exponent + shift + 1);
  return floatFrom(negative, naturalLow(rounded), exponent + shift);
}

/** The digits from `at` to `end` (a point among them counts as none) × 10^exponent. */
export function floatFromDecimal(negative: bool, at: usize, end: usize, exponent: i32): BigFloat {
  const mantissa = naturalFromDigits(at, end);
  if (isZero(mantissa)) return floatFrom(negative, 0, 0);
  if (exponent == 0) return floatRound(negative, mantissa, 0, false);
  const power = powerOfFive(exponent < 0 ? -exponent : exponent);
  const shift = powerShift;
  if (exponent > 0) return floatRound(negative, naturalMultiply(mantissa, power), exponent + shift, false);
  return divide(negative, mantissa, power, exponent - shift);
}

/** `a / b` × 2^exponent. */
function divide(negative: bool, a: Natural, b: Natural, exponent: i32): BigFloat {
  // The quotient needs a bit more than the mantissa, for rounding.
  const missing = <i32>(PRECISION + 2 + bitLength(b)) - <i32>bitLength(a);
  const shift = max(missing, 0);
  const quotient = naturalDivide(shiftLeft(a, shift), b);
  return floatRound(negative, quotient, exponent - shift, !isZero(lastRemainder()));
}

/** What the last power of five has to be multiplied by: two to this power. */
let powerShift: i32 = 0;

/** 5^n, rounded to 128 bits as Go does on its way there. */
function powerOfFive(n: u32): Natural {
  powerShift = 0;
  if (n <= MAX_EXACT_POWER) {
    let power: u64 = 1;
    for (; n > 0; n--) power *= 5;
    return naturalFrom(power);
  }
  let power = naturalFrom(EXACT_POWER);
  let square = naturalFrom(5);
  let squareShift: i32 = 0;
  for (n -= MAX_EXACT_POWER; n > 0; n >>= 1) {
    if (n & 1) {
      power = roundNatural(naturalMultiply(power, square), POWER_PRECISION, false);
      powerShift += squareShift + <i32>roundedShift;
    }
    square = roundNatural(naturalMultiply(square, square), SQUARE_PRECISION, false);
    squareShift = squareShift * 2 + <i32>roundedShift;
  }
  return power;
}

export function floatAdd(a: BigFloat, b: BigFloat): BigFloat {
  if (a.mantissa == 0) return b.mantissa == 0 ? floatFrom(a.negative && b.negative, 0, 0) : b;
  if (b.mantissa == 0) return a;
  // Both as integers of the smaller exponent's unit.
  const exponent = min(a.exponent, b.exponent);
  const x = shiftLeft(naturalFrom(a.mantissa), a.exponent - exponent);
  const y = shiftLeft(naturalFrom(b.mantissa), b.exponent - exponent);
  if (a.negative == b.negative) return floatRound(a.negative, naturalAdd(x, y), exponent, false);
  const order = naturalCompare(x, y);
  if (order == 0) return floatFrom(false, 0, 0);
  return order > 0
    ? floatRound(a.negative, naturalSubtract(x, y), exponent, false)
    : floatRound(b.negative, naturalSubtract(y, x), exponent, false);
}

export function floatNegate(a: BigFloat): BigFloat {
  const float = floatFrom(!a.negative, a.mantissa, a.exponent);
  return float;
}

export function floatMultiply(a: BigFloat, b: BigFloat): BigFloat {
  const product = naturalMultiply(naturalFrom(a.mantissa), naturalFrom(b.mantissa));
  return floatRound(a.negative != b.negative, product, a.exponent + b.exponent, false);
}

/** `a / b`; `b` must not be 0. */
export function floatDivide(a: BigFloat, b: BigFloat): BigFloat {
  const negative = a.negative != b.negative;
  if (a.mantissa == 0) return floatFrom(negative, 0, 0);
  return divide(negative, naturalFrom(a.mantissa), naturalFrom(b.mantissa), a.exponent - b.exponent);
}

/** The integer part of the absolute value. */
export function floatTruncate(a: BigFloat): Natural {
  const mantissa = naturalFrom(a.mantissa);
  return a.exponent >= 0 ? shiftLeft(mantissa, a.exponent) : shiftRight(mantissa, -a.exponent);
}

/** True when there is no fraction. */
export function floatIsInteger(a: BigFloat): bool {
  return a.exponent >= 0 || (a.exponent > -64 && a.mantissa << (64 + a.exponent) == 0) || a.mantissa == 0;
}

/** Digits of a shortest text: where they begin, how many, and the exponent of 0.DIGITS × 10^exponent. */
export let shortestDigits: usize = 0;
export let shortestCount: u32 = 0;
export let shortestExponent: i32 = 0;

/** Finds the fewest decimal digits that read back as `a` (not 0) at this precision; among those, the nearest. */
export function findShortest(a: BigFloat): void {
  // In units of half the last place, so that the bounds of what reads back as `a` are its neighbours.
  const middle = shiftLeft(naturalFrom(a.mantissa), 1);
  const one = naturalFrom(1);
  const exponent = a.exponent - 1;
  decimalOf(naturalSubtract(middle, one), exponent);
  const lower = shortestDigits;
  const lowerCount = shortestCount;
  decimalOf(naturalAdd(middle, one), exponent);
  const upper = shortestDigits;
  const upperCount = shortestCount;
  decimalOf(middle, exponent);
  const digits = shortestDigits;
  const count = shortestCount;
  // The bounds themselves read back as `a` when it is even.
  const inclusive = (a.mantissa & 1) == 0;
  for (let i: u32 = 0; i < count; i++) {
    const digit = load<u8>(digits + i);
    const low = i < lowerCount ? load<u8>(lower + i) : 0x30;
    const high = i < upperCount ? load<u8>(upper + i) : 0x30;
    const mayCut = low != digit || (inclusive && i + 1 == lowerCount);
    const mayRaise = digit != high && (inclusive || digit + 1 < high || i + 1 < upperCount);
    if (!mayCut && !mayRaise) continue;
    if (mayRaise && (!mayCut || roundsUp(digits, count, i + 1))) raiseDigits(i + 1);
    else cutDigits(i + 1);
    return;
  }
}

/** Nearest, ties to even, for the first `kept` of `count` digits. */
function roundsUp(digits: usize, count: u32, kept: u32): bool {
  if (kept >= count) return false;
  const next = load<u8>(digits + kept);
  if (next == 0x35 && kept + 1 == count) return kept > 0 && (load<u8>(digits + kept - 1) & 1) != 0;
  return next >= 0x35;
}

function cutDigits(kept: u32): void {
  shortestCount = min(kept, shortestCount);
  while (shortestCount > 0 && load<u8>(shortestDigits + shortestCount - 1) == 0x30) shortestCount--;
}

function raiseDigits(kept: u32): void {
  if (kept >= shortestCount) return;
  while (kept > 0 && load<u8>(shortestDigits + kept - 1) == 0x39) kept--;
  if (kept == 0) {
    store<u8>(shortestDigits, 0x31);
    shortestCount = 1;
    shortestExponent++;
    return;
  }
  store<u8>(shortestDigits + kept - 1, load<u8>(shortestDigits + kept - 1) + 1);
  shortestCount = kept;
}

/** All digits of `a` × 2^exponent, without zeros at either end. */
function decimalOf(a: Natural, exponent: i32): void {
  // Below the point: this many limbs.
  const limbs = exponent < 0 ? (<u32>-exponent + 31) >> 5 : 0;
  const shifted = shiftLeft(a, (limbs << 5) + exponent);
  const whole = shiftRight(shifted, limbs << 5);
  const wholeRoom = digitRoom(whole);
  let end = allocate(wholeRoom + fractionRoom(limbs)) + wholeRoom;
  shortestDigits = isZero(whole) ? end : naturalToDigits(whole, end);
  shortestExponent = <i32>(end - shortestDigits);
  if (limbs > 0) end = fractionToDigits(shifted, limbs, end);
  while (load<u8>(shortestDigits) == 0x30) {
    shortestDigits++;
    shortestExponent--;
  }
  shortestCount = <u32>(end - shortestDigits);
  cutDigits(shortestCount);
}
