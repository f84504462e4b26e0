// Natural numbers of any size, as limbs of 32 bits: scratch for exact arithmetic and for converting between decimal and binary.
// Leaves signs and rounding to arithmetic.ts and big-float.ts. Functions return new numbers; none has a limb 0 on top.
//
//   0       8
//   | count | limbs, least significant first …
import { allocate } from './memory';

const HEADER: usize = 8;

@unmanaged
export class Natural {
  count: u32;
}

/** `count` limbs, whose content is stale. */
export function naturalNew(count: u32): Natural {
  const natural = changetype<Natural>(allocate(HEADER + ((<usize>count) << 2)));
  natural.count = count;
  return natural;
}

/** Limb number `index`. */
export function limb(a: Natural, index: u32): u64 {
  return load<u32>(changetype<usize>(a) + ((<usize>index) << 2), HEADER);
}

/** Sets a limb to the low 32 bits of `value`. */
export function setLimb(a: Natural, index: u32, value: u64): void {
  store<u32>(changetype<usize>(a) + ((<usize>index) << 2), <u32>value, HEADER);
}

/** Drops limbs 0 from the top. */
export function trim(a: Natural): Natural {
  while (a.count > 0 && limb(a, a.count - 1) == 0) a.count--;
  return a;
}

export function naturalFrom(value: u64): Natural {
  const natural = naturalNew(2);
  setLimb(natural, 0, value);
  setLimb(natural, 1, value >> 32);
  return trim(natural);
}

/** The two lowest limbs. */
export function naturalLow(a: Natural): u64 {
  return (a.count > 0 ? limb(a, 0) : 0) | (a.count > 1 ? limb(a, 1) << 32 : 0);
}

/** The number of the decimal digits from `at` to `end`; other bytes (a point) are passed over. */
export function naturalFromDigits(at: usize, end: usize): Natural {
  // A limb holds nine digits and more.
  const natural = naturalNew(<u32>(end - at) / 9 + 1);
  natural.count = 0;
  while (at < end) {
    let chunk: u64 = 0;
    let scale: u64 = 1;
    for (; at < end && scale < 1000000000; at++) {
      const digit = <u32>load<u8>(at) - 0x30;
      if (digit >= 10) continue;
      chunk = chunk * 10 + digit;
      scale *= 10;
    }
    let carry = chunk;
    for (let i: u32 = 0; i < natural.count; i++) {
      carry += limb(natural, i) * scale;
      setLimb(natural, i, carry);
      carry >>= 32;
    }
    if (carry) setLimb(natural, natural.count++, carry);
  }
  return natural;
}

/** Writes the decimal digits just before `end`, at least one; returns where they begin. Uses `a` up. */
export function naturalToDigits(a: Natural, end: usize): usize {
  let at = end;
  while (a.count > 0) {
    let rest: u64 = 0;
    for (let i = a.count; i > 0; i--) {
      rest = (rest << 32) | limb(a, i - 1);
      setLimb(a, i - 1, rest / 1000000000);
      rest %= 1000000000;
    }
    trim(a);
    for (let i = 0; i < 9 && (rest != 0 || a.count > 0); i++) {
      store<u8>(--at, 0x30 + <u8>(rest % 10));
      rest /= 10;
    }
  }
  if (at == end) store<u8>(--at, 0x30);
  return at;
}

/** Most digits that naturalToDigits writes. */
export function digitRoom(a: Natural): usize {
  return <usize>a.count * 10 + 1;
}

/** Most digits that fractionToDigits writes. */
export function fractionRoom(limbs: u32): usize {
  // Nine digits take nine bits off the fraction.
  return ((<usize>limbs) << 5) + 9;
}

/** Writes the decimals of `a` / 2^(32 × limbs), its whole part left out, at `at`; returns their end. */
export function fractionToDigits(a: Natural, limbs: u32, at: usize): usize {
  const fraction = naturalNew(limbs);
  for (let i: u32 = 0; i < limbs; i++) setLimb(fraction, i, i < a.count ? limb(a, i) : 0);
  // What goes beyond the fraction when it is multiplied by 10^9 is the next nine digits. Limbs from below become 0.
  let low: u32 = 0;
  while (true) {
    while (low < limbs && limb(fraction, low) == 0) low++;
    if (low == limbs) return at;
    let carry: u64 = 0;
    for (let i = low; i < limbs; i++) {
      carry += limb(fraction, i) * 1000000000;
      setLimb(fraction, i, carry);
      carry >>= 32;
    }
    let group = <u32>carry;
    at += 9;
    for (let place = at - 1; place >= at - 9; place--) {
      store<u8>(place, 0x30 + (group % 10));
      group /= 10;
    }
  }
}

export function bitLength(a: Natural): u32 {
  return a.count == 0 ? 0 : a.count * 32 - <u32>clz(<u32>limb(a, a.count - 1));
}

export function isZero(a: Natural): bool {
  return a.count == 0;
}

export function naturalCompare(a: Natural, b: Natural): i32 {
  if (a.count != b.count) return a.count < b.count ? -1 : 1;
  for (let i = a.count; i > 0; i--) {
    const x = limb(a, i - 1);
    const y = limb(b, i - 1);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

export function naturalAdd(a: Natural, b: Natural): Natural {
  const count = max(a.count, b.count);
  const sum = naturalNew(count + 1);
  let carry: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    carry += (i < a.count ? limb(a, i) : 0) + (i < b.count ? limb(b, i) : 0);
    setLimb(sum, i, carry);
    carry >>= 32;
  }
  setLimb(sum, count, carry);
  return trim(sum);
}

/** `a - b`, which must not be negative. */
export function naturalSubtract(a: Natural, b: Natural): Natural {
  const difference = naturalNew(a.count);
  let borrow: i64 = 0;
  for (let i: u32 = 0; i < a.count; i++) {
    borrow += <i64>limb(a, i) - (i < b.count ? <i64>limb(b, i) : 0);
    setLimb(difference, i, borrow);
    borrow >>= 32;
  }
  return trim(difference);
}

export function naturalMultiply(a: Natural, b: Natural): Natural {
  const product = naturalNew(a.count + b.count);
  memory.fill(changetype<usize>(product) + HEADER, 0, (<usize>product.count) << 2);
  for (let i: u32 = 0; i < a.count; i++) {
    const factor = limb(a, i);
    let carry: u64 = 0;
    for (let j: u32 = 0; j < b.count; j++) {
      carry += factor * limb(b, j) + limb(product, i + j);
      setLimb(product, i + j, carry);
      carry >>= 32;
    }
    setLimb(product, i + b.count, carry);
  }
  return trim(product);
}

export function shiftLeft(a: Natural, bits: u32): Natural {
  const limbs = bits >> 5;
  const shift = bits & 31;
  const shifted = naturalNew(a.count + limbs + 1);
  memory.fill(changetype<usize>(shifted) + HEADER, 0, (<usize>limbs) << 2);
  let carry: u64 = 0;
  for (let i: u32 = 0; i < a.count; i++) {
    carry |= limb(a, i) << shift;
    setLimb(shifted, i + limbs, carry);
    carry >>= 32;
  }
  setLimb(shifted, a.count + limbs, carry);
  return trim(shifted);
}

export function shiftRight(a: Natural, bits: u32): Natural {
  const limbs = bits >> 5;
  const shift = bits & 31;
  if (limbs >= a.count) return naturalNew(0);
  const shifted = naturalNew(a.count - limbs);
  for (let i = limbs; i < a.count; i++) {
    const above = i + 1 < a.count ? limb(a, i + 1) : 0;
    setLimb(shifted, i - limbs, (limb(a, i) | (above << 32)) >> shift);
  }
  return trim(shifted);
}

/** True when any of the lowest `bits` bits is set. */
export function hasLowBits(a: Natural, bits: u32): bool {
  const limbs = min(bits >> 5, a.count);
  for (let i: u32 = 0; i < limbs; i++) if (limb(a, i)) return true;
  const rest = bits & 31;
  return limbs < a.count && rest != 0 && (limb(a, limbs) & (((<u64>1) << rest) - 1)) != 0;
}

/** Remainder of the last naturalDivide. */
let remainder: Natural = changetype<Natural>(0);

export function lastRemainder(): Natural {
  return remainder;
}

/** `a / b` without its fraction; `b` must not be 0. The remainder is in lastRemainder. */
export function naturalDivide(a: Natural, b: Natural): Natural {
  if (naturalCompare(a, b) < 0) {
    remainder = a;
    return naturalNew(0);
  }
  if (b.count == 1) return divideByLimb(a, limb(b, 0));
  // Long division by limbs, with both shifted so that the divisor's top bit is set: the guess of a quotient limb from
  // the top limbs is then at most two too big.
  const shift = <u32>clz(<u32>limb(b, b.count - 1));
  const divisor = shiftLeft(b, shift);
  const rest = naturalNew(a.count + 1);
  const shifted = shiftLeft(a, shift);
  for (let i: u32 = 0; i <= a.count; i++) setLimb(rest, i, i < shifted.count ? limb(shifted, i) : 0);
  const size = divisor.count;
  const top = limb(divisor, size - 1);
  const second = limb(divisor, size - 2);
  const quotient = naturalNew(a.count - size + 1);
  for (let position = quotient.count; position > 0; position--) {
    const at = position - 1;
    const high = (limb(rest, at + size) << 32) | limb(rest, at + size - 1);
    let guess = high / top;
    let left = high - guess * top;
    while (guess > 0xffffffff || guess * second > ((left << 32) | limb(rest, at + size - 2))) {
      guess--;
      left += top;
      if (left > 0xffffffff) break;
    }
    if (subtractMultiple(rest, at, divisor, guess)) {
      guess--;
      addBack(rest, at, divisor);
    }
    setLimb(quotient, at, guess);
  }
  rest.count = size;
  remainder = shiftRight(trim(rest), shift);
  return trim(quotient);
}

/** Subtracts `factor × divisor` from `rest` at limb `at`; true when that went below zero. */
function subtractMultiple(rest: Natural, at: u32, divisor: Natural, factor: u64): bool {
  let carry: u64 = 0;
  let borrow: i64 = 0;
  for (let i: u32 = 0; i < divisor.count; i++) {
    carry += factor * limb(divisor, i);
    borrow += <i64>limb(rest, at + i) - <i64>(carry & 0xffffffff);
    setLimb(rest, at + i, borrow);
    borrow >>= 32;
    carry >>= 32;
  }
  borrow += <i64>limb(rest, at + divisor.count) - <i64>carry;
  setLimb(rest, at + divisor.count, borrow);
  return borrow < 0;
}

function addBack(rest: Natural, at: u32, divisor: Natural): void {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < divisor.count; i++) {
    carry += limb(rest, at + i) + limb(divisor, i);
    setLimb(rest, at + i, carry);
    carry >>= 32;
  }
  setLimb(rest, at + divisor.count, limb(rest, at + divisor.count) + carry);
}

function divideByLimb(a: Natural, divisor: u64): Natural {
  const quotient = naturalNew(a.count);
  let rest: u64 = 0;
  for (let i = a.count; i > 0; i--) {
    rest = (rest << 32) | limb(a, i - 1);
    setLimb(quotient, i - 1, rest / divisor);
    rest %= divisor;
  }
  remainder = naturalFrom(rest);
  return trim(quotient);
}
