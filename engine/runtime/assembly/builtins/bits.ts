// `bits.*` on integers of any size: negative ones as if their two's complement went on for ever, as in Go's math/big.
import { fromMagnitude, magnitudeOf, numberSubtract } from '../arithmetic';
import { abortWith, heap_pointer } from '../memory';
import {
  Natural,
  limb,
  naturalAdd,
  naturalFrom,
  naturalNew,
  naturalSubtract,
  setLimb,
  shiftLeft,
  shiftRight,
  trim,
} from '../natural';
import { NumberValue, isInteger, numberFromInteger, numberSign } from '../number';
import { Value } from '../value';
import { failOperand, wholeOperand } from './operand';

const AND: u32 = 0;
const OR: u32 = 1;
const XOR: u32 = 2;

/** Shifts beyond this many bits end the evaluation unless they give 0: printing takes time in the square of the bits. */
const MOST_BITS: i64 = 1 << 16;

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
  const mark = heap_pointer;
  const p = complementOf(a);
  const q = complementOf(b);
  // A limb more than either has, for the sign.
  const width = max(p.count, q.count);
  const out = naturalNew(width);
  for (let i: u32 = 0; i < width; i++) setLimb(out, i, apply(operation, signedLimb(p, i), signedLimb(q, i)));
  const negative = <i32>limb(out, width - 1) < 0;
  if (negative) negate(out);
  return fromMagnitude(mark, trim(out), negative);
}

/** The number's two's complement, whose top limb is nothing but sign. */
function complementOf(number: NumberValue): Natural {
  const magnitude = magnitudeOf(number);
  const out = naturalNew(magnitude.count + 1);
  for (let i: u32 = 0; i < magnitude.count; i++) setLimb(out, i, limb(magnitude, i));
  setLimb(out, magnitude.count, 0);
  if (numberSign(number) < 0) negate(out);
  return out;
}

/** A limb of a two's complement, which goes on with its sign. */
function signedLimb(complement: Natural, index: u32): u64 {
  return limb(complement, min(index, complement.count - 1));
}

/** Two's complement of all limbs in place. */
function negate(natural: Natural): void {
  let carry: u64 = 1;
  for (let i: u32 = 0; i < natural.count; i++) {
    carry += limb(natural, i) ^ 0xffffffff;
    setLimb(natural, i, carry);
    carry >>= 32;
  }
}

/** All bits the other way round: -x - 1. */
export function builtin_bits_negate(x: Value): Value | null {
  const a = wholeOperand(x, 1);
  return a === null ? null : numberSubtract(numberFromInteger(-1), a);
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
  if (isInteger(a) && shift < 63 && (a.integer << shift) >> shift == a.integer)
    return numberFromInteger(a.integer << shift);
  if (shift > MOST_BITS) abortWith('shift too long');
  const mark = heap_pointer;
  return fromMagnitude(mark, shiftLeft(magnitudeOf(a), <u32>shift), numberSign(a) < 0);
}

/** Rounds down, as shifting the two's complement does. */
export function builtin_bits_rsh(x: Value, count: Value): Value | null {
  const a = wholeOperand(x, 1);
  if (a === null) return null;
  const shift = shiftOperand(count);
  if (shift < 0) return null;
  if (isInteger(a)) return numberFromInteger(a.integer >> min(shift, 63));
  const mark = heap_pointer;
  const magnitude = magnitudeOf(a);
  const bits = <u32>min(shift, (<i64>magnitude.count) << 5);
  if (numberSign(a) > 0) return fromMagnitude(mark, shiftRight(magnitude, bits), false);
  const one = naturalFrom(1);
  return fromMagnitude(mark, naturalAdd(shiftRight(naturalSubtract(magnitude, one), bits), one), true);
}
