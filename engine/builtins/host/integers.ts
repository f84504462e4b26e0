// Integers: numbers as the fixed-size ones that Go's functions take, and the arithmetic that keys need.
// Left to others: the error when a number is none.
import { isInteger, toBigInt } from '../../value/number.ts';
import type { RegoNumber } from '../../value/value.ts';

/** The whole number if it fits `bits` bits, signed; undefined otherwise. */
export function integerOf(value: number | RegoNumber, bits: number): bigint | undefined {
  const integer = isInteger(value) ? toBigInt(value, 400) : undefined;
  return integer !== undefined && BigInt.asIntN(bits, integer) === integer ? integer : undefined;
}

/** An unsigned number as base64url of its bytes, `size` of them or as many as it needs (RFC 7518, section 2). */
export function base64UrlUint(value: bigint, size = 0): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(Math.max(size * 2, hex.length + (hex.length % 2)), '0'), 'hex').toString('base64url');
}

/** The inverse modulo a prime (Euclid). */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [remainder, next] = [modulus, value % modulus];
  let [coefficient, following] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [coefficient, following] = [following, coefficient - quotient * following];
  }
  return ((coefficient % modulus) + modulus) % modulus;
}
