// Checks of the operands of host built-ins, failing with OPA's texts and codes.
// Left to others: what a built-in does with a well-typed operand.
import { BuiltinError } from '../../host/builtin.ts';
import { kindName } from '../../value/compare.ts';
import type { KindName } from '../../value/compare.ts';
import { numberText, toBigInt } from '../../value/number.ts';
import { RegoNumber, RegoObject } from '../../value/value.ts';
import type { Value } from '../../value/value.ts';

/** A type error on operand `position` (counted from 1): `operand 2 ` and `text`. */
export function operandError(position: number, text: string): BuiltinError {
  return new BuiltinError(`operand ${position} ${text}`, 'eval_type_error');
}

/** `operand 1 must be string but got number`; several kinds: `operand 1 must be one of {array, set} but got null`. */
export function operandTypeError(
  position: number,
  got: Value,
  ...expected: readonly (KindName | 'integer')[]
): BuiltinError {
  const kinds = expected.length === 1 ? expected[0] : `one of {${expected.join(', ')}}`;
  return operandError(position, `must be ${kinds} but got ${kindName(got)}`);
}

/** The string at `position`. */
export function stringOperand(value: Value, position: number): string {
  if (typeof value !== 'string') throw operandTypeError(position, value, 'string');
  return value;
}

/** The number at `position`, of any size. */
export function numberOperand(value: Value, position: number): number | RegoNumber {
  if (typeof value !== 'number' && !(value instanceof RegoNumber)) throw operandTypeError(position, value, 'number');
  return value;
}

/** The whole number at `position` that fits 64 bits, signed; what does not is reported as a fraction is, as OPA does. */
export function integerOperand(value: Value, position: number): bigint {
  const number = numberOperand(value, position);
  // `1.0` and `1e3` are no integers to OPA, which goes by the text.
  const integer = /[.eE]/.test(numberText(number)) ? undefined : toBigInt(number, 20);
  if (integer === undefined || BigInt.asIntN(64, integer) !== integer) {
    throw operandError(position, 'must be integer number but got floating-point number');
  }
  return integer;
}

/** The array at `position`. */
export function arrayOperand(value: Value, position: number): readonly Value[] {
  if (!isArray(value)) throw operandTypeError(position, value, 'array');
  return value;
}

/** The object at `position`. */
export function objectOperand(value: Value, position: number): RegoObject {
  if (!(value instanceof RegoObject)) throw operandTypeError(position, value, 'object');
  return value;
}

/** Whether the value is an array; Array.isArray does not narrow a readonly one. */
export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
