// `format_int`, `numbers.range`, `numbers.range_step`.
import { numberAdd, numberSubtract } from '../arithmetic';
import { ArrayValue, array_append, array_new } from '../array';
import { allocate } from '../memory';
import { NumberValue, isInteger, numberCompare, numberFromInteger, numberSign } from '../number';
import { stringNew } from '../string';
import { Value } from '../value';
import { Big, bigFromNumber, bigNew, digitsEnd, isWhole, limb, putDecimal, setLimb } from './big-integer';
import { fail, failOperand, isWrittenWhole, numberOperand, wholeOperand } from './operand';

/** The number without its fraction, in base 2, 8, 10 or 16. */
export function builtin_format_int(number: Value, base: Value): Value | null {
  const value = numberOperand(number, 1);
  if (value === null) return null;
  const radix = numberOperand(base, 2);
  if (radix === null) return null;
  const by = isWrittenWhole(radix) && isInteger(radix) ? radix.integer : 0;
  if (by != 2 && by != 8 && by != 10 && by != 16) return failOperand(2, 'must be one of {2, 8, 10, 16}');
  let big = bigFromNumber(value);
  // What was not written with digits alone OPA reads as a float with 64 bits of mantissa.
  if (!isWrittenWhole(value)) big = roundTo64(big, !isWhole(value));
  if (by == 10) {
    const end = digitsEnd(big);
    const start = putDecimal(big, end);
    return stringNew(start, <u32>(end - start));
  }
  return formatPowerOf2(big, by == 2 ? 1 : by == 8 ? 3 : 4);
}

/** Rounds to 64 bits, to even when in the middle. `more`: a fraction was cut off. */
function roundTo64(big: Big, more: bool): Big {
  const count = big.count;
  if (count <= 2) return big;
  const drop = ((count - 2) << 5) - clz(limb(big, count - 1));
  if (drop == 0) return big;
  const half = bit(big, drop - 1);
  let rest = more;
  for (let i: u32 = 0; i + 1 < drop && !rest; i++) rest = bit(big, i) != 0;
  const up = half != 0 && (rest || bit(big, drop) != 0);
  const out = bigNew(count + 1);
  out.negative = big.negative;
  let carry: u64 = up ? (<u64>1) << (drop & 31) : 0;
  for (let i = drop >> 5; i < count; i++) {
    const kept = i == drop >> 5 ? limb(big, i) & ~((1 << (drop & 31)) - 1) : limb(big, i);
    carry += kept;
    setLimb(out, i, <u32>carry);
    carry >>= 32;
  }
  setLimb(out, count, <u32>carry);
  while (limb(out, out.count - 1) == 0) out.count--;
  return out;
}

function bit(big: Big, index: u32): u32 {
  return (limb(big, index >> 5) >> (index & 31)) & 1;
}

function formatPowerOf2(big: Big, bitsPerDigit: u32): Value {
  const room = (big.count << 5) + 2;
  const end = allocate(room) + room;
  let at = end;
  const bits = big.count << 5;
  for (let i: u32 = 0; i < bits; i += bitsPerDigit) {
    let digit: u32 = 0;
    for (let k: u32 = 0; k < bitsPerDigit && i + k < bits; k++) digit |= bit(big, i + k) << k;
    store<u8>(--at, digit < 10 ? 0x30 + digit : 0x61 - 10 + digit);
  }
  while (at < end && load<u8>(at) == 0x30) at++;
  if (at == end) store<u8>(--at, 0x30);
  if (big.negative) store<u8>(--at, 0x2d);
  return stringNew(at, <u32>(end - at));
}

export function builtin_numbers_range(a: Value, b: Value): Value | null {
  const from = wholeOperand(a, 1);
  if (from === null) return null;
  const to = wholeOperand(b, 2);
  if (to === null) return null;
  return range(from, to, numberFromInteger(1));
}

export function builtin_numbers_range_step(a: Value, b: Value, step: Value): Value | null {
  const from = wholeOperand(a, 1);
  if (from === null) return null;
  const to = wholeOperand(b, 2);
  if (to === null) return null;
  const by = wholeOperand(step, 3);
  if (by === null) return null;
  if (numberSign(by) <= 0) return fail('numbers.range_step: step must be a positive integer');
  return range(from, to, by);
}

/** Numbers from one to the other, inclusive, `step` apart, up or down. */
function range(from: NumberValue, to: NumberValue, step: NumberValue): ArrayValue {
  const up = numberCompare(from, to) <= 0;
  if (isInteger(from) && isInteger(to) && isInteger(step)) return shortRange(from.integer, to.integer, step.integer);
  const items = array_new(0);
  for (let at = from; up ? numberCompare(at, to) <= 0 : numberCompare(at, to) >= 0;) {
    array_append(items, at);
    at = up ? numberAdd(at, step) : numberSubtract(at, step);
  }
  return items;
}

function shortRange(from: i64, to: i64, step: i64): ArrayValue {
  const up = from <= to;
  const span: u64 = up ? to - from : from - to;
  const count = span / step + 1;
  // More than memory can hold: array_new ends the evaluation.
  const items = array_new(<u32>min(count, 0x1fffffff));
  for (let i: u64 = 0; i < count; i++) {
    const offset = <i64>(i * step);
    array_append(items, numberFromInteger(up ? from + offset : from - offset));
  }
  return items;
}
