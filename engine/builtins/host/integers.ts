// Numbers as the fixed-size integers that Go's functions take.
// Left to others: the error when a number is none.
import { isInteger, toBigInt } from '../../value/number.ts';
import type { RegoNumber } from '../../value/value.ts';

/** The whole number if it fits `bits` bits, signed; undefined otherwise. */
export function integerOf(value: number | RegoNumber, bits: number): bigint | undefined {
  const integer = isInteger(value) ? toBigInt(value, 400) : undefined;
  return integer !== undefined && BigInt.asIntN(bits, integer) === integer ? integer : undefined;
}
