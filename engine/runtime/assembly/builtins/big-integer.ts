// Integers of any size as binary limbs, for the built-ins that work on bits: what a number holds in decimal, and back.
// Leaves arithmetic in decimal to arithmetic.ts.
//
//   0          4       8
//   | negative | count | count × u32, least first; the last is not 0
import { abortWith, allocate } from '../memory';
import { DecimalValue, NumberValue, decimalDigits, isInteger, numberFromInteger } from '../number';
import { numberParse } from '../number-parse';

@unmanaged
export class Big {
  negative: u32;
  count: u32;
}

const BIG_HEADER: usize = 8;

/** Limbs an integer may have: conversions take time in the square of their number, so more ends the evaluation. */
const MOST_LIMBS: u32 = 8192;

export function bigNew(count: u32): Big {
  if (count > MOST_LIMBS) abortWith('integer too large');
  const big = changetype<Big>(allocate(BIG_HEADER + ((<usize>count) << 2)));
  big.negative = 0;
  big.count = count;
  memory.fill(changetype<usize>(big) + BIG_HEADER, 0, (<usize>count) << 2);
  return big;
}

export function limb(big: Big, index: u32): u32 {
  return load<u32>(changetype<usize>(big) + BIG_HEADER + ((<usize>index) << 2));
}

export function setLimb(big: Big, index: u32, value: u32): void {
  store<u32>(changetype<usize>(big) + BIG_HEADER + ((<usize>index) << 2), value);
}

/** Drops limbs that say nothing. */
export function bigTrim(big: Big): Big {
  while (big.count > 0 && limb(big, big.count - 1) == 0) big.count--;
  if (big.count == 0) big.negative = 0;
  return big;
}

/** True when the number has no fraction. */
export function isWhole(number: NumberValue): bool {
  if (isInteger(number)) return true;
  const decimal = changetype<DecimalValue>(number);
  return decimal.exponent >= <i32>decimal.digitCount;
}

/** The number without its fraction. */
export function bigFromNumber(number: NumberValue): Big {
  if (isInteger(number)) {
    const big = bigNew(2);
    const integer = number.integer;
    const magnitude: u64 = integer < 0 ? -integer : integer;
    big.negative = integer < 0 ? 1 : 0;
    setLimb(big, 0, <u32>magnitude);
    setLimb(big, 1, <u32>(magnitude >> 32));
    return bigTrim(big);
  }
  const decimal = changetype<DecimalValue>(number);
  const digits = decimalDigits(decimal);
  const exponent = decimal.exponent;
  if (exponent <= 0) return bigNew(0);
  // Nine digits need less than a limb.
  if (exponent > <i32>MOST_LIMBS * 9) abortWith('integer too large');
  const big = bigNew(<u32>exponent / 9 + 1);
  big.count = 0;
  for (let i = 0; i < exponent;) {
    let chunk: u32 = 0;
    let scale: u32 = 1;
    do {
      chunk = chunk * 10 + (i < <i32>decimal.digitCount ? load<u8>(digits + i) - 0x30 : 0);
      scale *= 10;
      i++;
    } while (i < exponent && scale < 1000000000);
    multiplyAdd(big, scale, chunk);
  }
  big.negative = decimal.integer < 0 ? 1 : 0;
  return big;
}

/** big × factor + addend in place, where there is room. */
function multiplyAdd(big: Big, factor: u32, addend: u32): void {
  let carry: u64 = addend;
  for (let i: u32 = 0; i < big.count; i++) {
    carry += <u64>limb(big, i) * factor;
    setLimb(big, i, <u32>carry);
    carry >>= 32;
  }
  if (carry != 0) setLimb(big, big.count++, <u32>carry);
}

/** Divides in place; returns the remainder. */
export function divideSmall(big: Big, divisor: u32): u32 {
  let rest: u64 = 0;
  for (let i = big.count; i > 0; i--) {
    rest = (rest << 32) | limb(big, i - 1);
    setLimb(big, i - 1, <u32>(rest / divisor));
    rest %= divisor;
  }
  bigTrim(big);
  return <u32>rest;
}

/** The number; `big` is used up. */
export function bigToNumber(big: Big): NumberValue {
  bigTrim(big);
  if (big.count <= 2) {
    const magnitude = big.count == 0 ? 0 : limb(big, 0) | (big.count == 2 ? (<u64>limb(big, 1)) << 32 : 0);
    if (magnitude <= 0x7fffffffffffffff) return numberFromInteger(big.negative ? -(<i64>magnitude) : <i64>magnitude);
    if (big.negative && magnitude == 0x8000000000000000) return numberFromInteger(i64.MIN_VALUE);
  }
  const end = digitsEnd(big);
  const start = putDecimal(big, end);
  return numberParse(start, <u32>(end - start))!;
}

/** End of an area with room for the number's digits and sign. */
export function digitsEnd(big: Big): usize {
  const room = <usize>big.count * 10 + 2;
  return allocate(room) + room;
}

/** Writes the number in decimal just before `end`; returns where it starts. `big` is used up. */
export function putDecimal(big: Big, end: usize): usize {
  const negative = big.negative;
  let at = end;
  do {
    let chunk = divideSmall(big, 1000000000);
    for (let i = 0; i < 9 && (chunk != 0 || big.count > 0); i++) {
      store<u8>(--at, 0x30 + (chunk % 10));
      chunk /= 10;
    }
  } while (big.count > 0);
  if (at == end) store<u8>(--at, 0x30);
  if (negative) store<u8>(--at, 0x2d);
  return at;
}
