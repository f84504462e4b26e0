// `bits.*` on integers of any size: negative ones as if their two's complement went on for ever, as in Go's math/big.
import { NumberValue, isInteger, numberFromInteger, numberSign } from '../number';
import { Value } from '../value';
import { Big, bigFromNumber, bigNew, bigToNumber, limb, setLimb } from './big-integer';
import { abortWith } from '../memory';
import { failOperand, wholeOperand } from './operand';

const AND: u32 = 0;
const OR: u32 = 1;
const XOR: u32 = 2;

/** Shifts beyond this many bits end the evaluation unless they give 0. */
const MOST_BITS: i64 = 1 << 18;

export function builtin_bits_and(x: Value, y: Value): Value | null {
  return combine(x, y, AND);
}

export function builtin_bits_or(x: Value, y: Value): Value | null {
  return combine(x, y, OR);
}

export function builtin_bits_xor(x: Value, y: Value): Value | null {
  return combine(x, y, XOR);
}

function apply(operation: u32, a: u64, b: u64): u64 {
  return operation == AND ? a & b : operation == OR ? a | b : a ^ b;
}

function combine(x: Value, y: Value, operation: u32): Value | null {
  const a = wholeOperand(x, 1);
  if (a === null) return null;
  const b = wholeOperand(y, 2);
  if (b === null) return null;
  if (isInteger(a) && isInteger(b)) return numberFromInteger(apply(operation, a.integer, b.integer));
  const one = bigFromNumber(a);
  const other = bigFromNumber(b);
  // One limb more than either has, for the sign.
  const width = max(one.count, other.count) + 1;
  const p = complement(one, width);
  const q = complement(other, width);
  for (let i: u32 = 0; i < width; i++) setLimb(p, i, <u32>apply(operation, limb(p, i), limb(q, i)));
  return bigToNumber(fromComplement(p));
}

/** `width` limbs of the two's complement. */
function complement(big: Big, width: u32): Big {
  const out = bigNew(width);
  for (let i: u32 = 0; i < big.count; i++) setLimb(out, i, limb(big, i));
  if (big.negative) negate(out);
  return out;
}

function fromComplement(big: Big): Big {
  if (<i32>limb(big, big.count - 1) < 0) {
    negate(big);
    big.negative = 1;
  }
  return big;
}

/** Two's complement of all limbs in place. */
function negate(big: Big): void {
  let carry: u64 = 1;
  for (let i: u32 = 0; i < big.count; i++) {
    carry += ~limb(big, i);
    setLimb(big, i, <u32>carry);
    carry >>= 32;
  }
}

export function builtin_bits_negate(x: Value): Value | null {
  const a = wholeOperand(x, 1);
  if (a === null) return null;
  if (isInteger(a)) return numberFromInteger(~a.integer);
  const big = bigFromNumber(a);
  const bits = complement(big, big.count + 1);
  for (let i: u32 = 0; i < bits.count; i++) setLimb(bits, i, ~limb(bits, i));
  return bigToNumber(fromComplement(bits));
}

/** The second operand of a shift. Negative: an error was left. Too large for any shift: i64.MAX_VALUE. */
function shiftOperand(count: Value): i64 {
  const number = wholeOperand(count, 2);
  if (number === null) return -1;
  if (numberSign(number) < 0) {
    failOperand(2, 'must be an unsigned integer number but got a negative integer');
    return -1;
  }
  return isInteger(number) ? number.integer : i64.MAX_VALUE;
}

export function builtin_bits_lsh(x: Value, count: Value): Value | null {
  const a = wholeOperand(x, 1);
  if (a === null) return null;
  const shift = shiftOperand(count);
  if (shift < 0) return null;
  if (numberSign(a) == 0) return a;
  if (shift > MOST_BITS) abortWith('integer too large');
  if (isInteger(a) && shift < 63 && (a.integer << shift) >> shift == a.integer)
    return numberFromInteger(a.integer << shift);
  const big = bigFromNumber(a);
  const limbs = (<u32>shift) >> 5;
  const bits = shift & 31;
  const out = bigNew(big.count + limbs + 1);
  let carry: u64 = 0;
  for (let i: u32 = 0; i < big.count; i++) {
    carry |= (<u64>limb(big, i)) << bits;
    setLimb(out, i + limbs, <u32>carry);
    carry >>= 32;
  }
  setLimb(out, big.count + limbs, <u32>carry);
  out.negative = big.negative;
  return bigToNumber(out);
}

export function builtin_bits_rsh(x: Value, count: Value): Value | null {
  const a = wholeOperand(x, 1);
  if (a === null) return null;
  const shift = shiftOperand(count);
  if (shift < 0) return null;
  if (isInteger(a)) return numberFromInteger(a.integer >> min(shift, 63));
  const big = bigFromNumber(a);
  const limbs = <u32>min(shift >> 5, <i64>big.count);
  const bits = shift & 31;
  // The complement shifts in ones, so negative numbers go down.
  const whole = complement(big, big.count + 1);
  const sign: u32 = big.negative ? 0xffffffff : 0;
  const out = bigNew(whole.count - limbs);
  for (let i: u32 = 0; i < out.count; i++) {
    const above = i + limbs + 1 < whole.count ? limb(whole, i + limbs + 1) : sign;
    setLimb(out, i, <u32>((((<u64>above) << 32) | limb(whole, i + limbs)) >> bits));
  }
  return bigToNumber(fromComplement(out));
}
