// The arithmetic operators as built-ins, and `abs`, `ceil`, `floor`, `round`. Leaves calculating to arithmetic.ts.
import {
  isWhole,
  numberAbs,
  numberAdd,
  numberCeil,
  numberDivide,
  numberFloor,
  numberMultiply,
  numberRemainder,
  numberRound,
  numberSubtract,
} from '../arithmetic';
import { NumberValue, numberSign } from '../number';
import { TableValue } from '../table';
import { KIND_NUMBER, KIND_SET, Value, kindOf } from '../value';

import { fail, failKind, numberOperand } from './operand';
import { difference } from './sets';

export function builtin_plus(a: Value, b: Value): Value | null {
  const x = numberOperand(a, 1);
  if (x === null) return null;
  const y = numberOperand(b, 2);
  return y === null ? null : numberAdd(x, y);
}

/** Of numbers, or of sets. */
export function builtin_minus(a: Value, b: Value): Value | null {
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind == KIND_NUMBER && other == KIND_NUMBER)
    return numberSubtract(changetype<NumberValue>(a), changetype<NumberValue>(b));
  if (kind == KIND_SET && other == KIND_SET) return difference(changetype<TableValue>(a), changetype<TableValue>(b));
  if (kind != KIND_NUMBER && kind != KIND_SET) return failKind(1, (KIND_NUMBER << 4) | KIND_SET, a);
  // OPA asks for a set where a number was given, for a number otherwise.
  return failKind(2, other == KIND_NUMBER ? KIND_SET : KIND_NUMBER, b);
}

export function builtin_mul(a: Value, b: Value): Value | null {
  const x = numberOperand(a, 1);
  if (x === null) return null;
  const y = numberOperand(b, 2);
  return y === null ? null : numberMultiply(x, y);
}

export function builtin_div(a: Value, b: Value): Value | null {
  const x = numberOperand(a, 1);
  if (x === null) return null;
  const y = numberOperand(b, 2);
  if (y === null) return null;
  return numberSign(y) == 0 ? fail('divide by zero') : numberDivide(x, y);
}

export function builtin_rem(a: Value, b: Value): Value | null {
  const x = numberOperand(a, 1);
  if (x === null) return null;
  const y = numberOperand(b, 2);
  if (y === null) return null;
  if (!isWhole(x) || !isWhole(y)) return fail('modulo on floating-point number');
  return numberSign(y) == 0 ? fail('modulo by zero') : numberRemainder(x, y);
}

export function builtin_abs(x: Value): Value | null {
  const number = numberOperand(x, 1);
  return number === null ? null : numberAbs(number);
}

export function builtin_ceil(x: Value): Value | null {
  const number = numberOperand(x, 1);
  return number === null ? null : numberCeil(number);
}

export function builtin_floor(x: Value): Value | null {
  const number = numberOperand(x, 1);
  return number === null ? null : numberFloor(number);
}

export function builtin_round(x: Value): Value | null {
  const number = numberOperand(x, 1);
  return number === null ? null : numberRound(number);
}
