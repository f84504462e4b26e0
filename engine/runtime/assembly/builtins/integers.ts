// `format_int`, `numbers.range`, `numbers.range_step`.
import { magnitudeOf, numberAdd, numberSubtract, toFloat } from '../arithmetic';
import { ArrayValue, array_append, array_new } from '../array';
import { floatTruncate } from '../big-float';
import { allocate } from '../memory';
import { Natural, bitLength, digitRoom, limb, naturalToDigits } from '../natural';
import { NumberValue, isInteger, numberCompare, numberFromInteger, numberSign } from '../number';
import { stringNew } from '../string';
import { Value } from '../value';
import { fail, failOperand, isWrittenWhole, numberOperand, wholeOperand } from './operand';

/** The number without its fraction, in base 2, 8, 10 or 16. */
export function builtin_format_int(number: Value, base: Value): Value | null {
  const value = numberOperand(number, 1);
  if (value === null) return null;
  const radix = numberOperand(base, 2);
  if (radix === null) return null;
  const by = isWrittenWhole(radix) && isInteger(radix) ? radix.integer : 0;
  if (by != 2 && by != 8 && by != 10 && by != 16) return failOperand(2, 'must be one of {2, 8, 10, 16}');
  // What was not written with digits alone OPA reads as a float with 64 bits of mantissa.
  const whole = isWrittenWhole(value) ? magnitudeOf(value) : floatTruncate(toFloat(value));
  const room = by == 10 ? digitRoom(whole) + 1 : <usize>bitLength(whole) + 2;
  const end = allocate(room) + room;
  let start = by == 10 ? naturalToDigits(whole, end) : putDigits(whole, by == 2 ? 1 : by == 8 ? 3 : 4, end);
  if (numberSign(value) < 0 && load<u8>(start) != 0x30) store<u8>(--start, 0x2d);
  return stringNew(start, <u32>(end - start));
}

/** Writes the digits just before `end`; returns where they begin. */
function putDigits(natural: Natural, bitsPerDigit: u32, end: usize): usize {
  const length = bitLength(natural);
  let at = end;
  for (let i: u32 = 0; i < length; i += bitsPerDigit) {
    let digit: u32 = 0;
    for (let k: u32 = 0; k < bitsPerDigit && i + k < length; k++) {
      digit |= ((<u32>(limb(natural, (i + k) >> 5) >> ((i + k) & 31))) & 1) << k;
    }
    store<u8>(--at, digit < 10 ? 0x30 + digit : 0x61 - 10 + digit);
  }
  if (at == end) store<u8>(--at, 0x30);
  return at;
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
