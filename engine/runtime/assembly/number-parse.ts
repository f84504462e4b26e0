// From the text of a number, as JSON writes it, to its canonical value. Leaves skipping to the number to json-parse.ts.
import { NumberValue, decimalDigits, decimalNew, decimalText, integerWithText, numberFromInteger } from './number';

/** Exponents beyond are refused: no calculation could use such a number. */
const MAX_EXPONENT: i64 = 1 << 29;

/** The number that all `length` bytes at `bytes` are the text of, or null. */
export function numberParse(bytes: usize, length: u32): NumberValue | null {
  const end = bytes + length;
  let at = bytes;
  const negative = at < end && load<u8>(at) == 0x2d;
  if (negative) at++;
  const whole = at;
  at = skipDigits(at, end);
  const wholeEnd = at;
  if (at == whole || (load<u8>(whole) == 0x30 && at - whole > 1)) return null;
  let fraction = at;
  if (at < end && load<u8>(at) == 0x2e) {
    fraction = ++at;
    at = skipDigits(at, end);
    if (at == fraction) return null;
  }
  const fractionEnd = at;
  let exponent: i64 = 0;
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    const sign = at < end ? load<u8>(at) : 0;
    if (sign == 0x2b || sign == 0x2d) at++;
    const start = at;
    at = skipDigits(at, end);
    if (at == start) return null;
    // Saturates far beyond what is accepted.
    for (let digit = start; digit < at; digit++)
      if (exponent < 1 << 40) exponent = exponent * 10 + (load<u8>(digit) - 0x30);
    if (sign == 0x2d) exponent = -exponent;
  }
  if (at != end) return null;
  return make(bytes, length, negative, whole, wholeEnd, fraction, fractionEnd, exponent);
}

/** Address of the first byte from `at` on that is no digit, at most `end`. */
export function skipDigits(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) - 0x30 < 10) at++;
  return at;
}

function make(
  bytes: usize,
  length: u32,
  negative: bool,
  whole: usize,
  wholeEnd: usize,
  fraction: usize,
  fractionEnd: usize,
  exponent: i64,
): NumberValue | null {
  // The significant digits begin in the whole part or in the fraction, and end in either.
  let first = whole;
  while (first < wholeEnd && load<u8>(first) == 0x30) first++;
  if (first == wholeEnd) {
    first = fraction;
    while (first < fractionEnd && load<u8>(first) == 0x30) first++;
    if (first == fractionEnd) return integerOf(0, bytes, length);
    exponent -= first - fraction;
  } else {
    exponent += wholeEnd - first;
  }
  let last = fractionEnd;
  while (last > fraction && load<u8>(last - 1) == 0x30) last--;
  if (last == fraction) {
    last = wholeEnd;
    while (load<u8>(last - 1) == 0x30) last--;
  }
  if (exponent > MAX_EXPONENT || exponent < -MAX_EXPONENT) return null;
  // All digits in one run, or the point between them.
  const split = first < wholeEnd && last > wholeEnd;
  const head = <u32>((split ? wholeEnd : last) - first);
  const tail = split ? <u32>(last - fraction) : 0;
  const count = head + tail;
  if (exponent <= 19 && exponent >= <i64>count) {
    let magnitude: u64 = 0;
    for (let at = first; at < first + head; at++) magnitude = magnitude * 10 + (load<u8>(at) - 0x30);
    for (let at = fraction; at < fraction + tail; at++) magnitude = magnitude * 10 + (load<u8>(at) - 0x30);
    for (let i = <i64>count; i < exponent; i++) magnitude *= 10;
    if (magnitude <= <u64>i64.MAX_VALUE) return integerOf(negative ? -(<i64>magnitude) : <i64>magnitude, bytes, length);
    if (negative && magnitude == 0x8000000000000000) return integerOf(i64.MIN_VALUE, bytes, length);
  }
  const value = decimalNew(negative, <i32>exponent, length, count);
  memory.copy(decimalText(value), bytes, length);
  memory.copy(decimalDigits(value), first, head);
  if (split) memory.copy(decimalDigits(value) + head, fraction, tail);
  return value;
}

/** The integer; with its text when that is not the plain one. */
function integerOf(integer: i64, bytes: usize, length: u32): NumberValue {
  const negative = load<u8>(bytes) == 0x2d;
  const start = bytes + (negative ? 1 : 0);
  const plain = skipDigits(start, bytes + length) == bytes + length && !(negative && integer == 0);
  return plain ? numberFromInteger(integer) : integerWithText(integer, bytes, length);
}
