// Exact decimal numbers: parsing, one canonical text for each number, order, conversion to integers.
// Arithmetic is left to the runtime library; here a plain `number` stands for the decimal that JavaScript prints for it.
import { RegoNumber } from './value.ts';

/** ±digits × 10^exponent; `digits` has no zeros at either end and is empty for zero, so equal numbers have equal parts. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const ZERO: Decimal = { negative: false, digits: '', exponent: 0 };
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Integers that end in more zeros print with an exponent, so that `1e400` costs no memory. */
const MAX_PRINTED_ZEROS = 40;

/** The decimal of a number's text (JSON's grammar; leading zeros are let pass); undefined when it is none. Linear in the text, whatever the exponent. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  const all = match[2] + fraction;
  let start = 0;
  while (start < all.length && all.charCodeAt(start) === 48) start++;
  if (start === all.length) return ZERO;
  let end = all.length;
  while (all.charCodeAt(end - 1) === 48) end--;
  // An exponent beyond 2^53 stays finite, so that such numbers still have an order.
  const limit = Number.MAX_SAFE_INTEGER / 2;
  const exponent = Math.max(-limit, Math.min(limit, Number(match[4] ?? '0')));
  return {
    negative: match[1] === '-',
    digits: all.slice(start, end),
    exponent: exponent - fraction.length + (all.length - end),
  };
}

/** The decimal that a number value stands for. */
export function toDecimal(value: number | RegoNumber): Decimal {
  if (typeof value !== 'number') {
    const decimal = parseDecimal(value.text);
    if (decimal === undefined) throw new TypeError(`not a number: ${value.text}`);
    return decimal;
  }
  const decimal = parseDecimal(String(value));
  if (decimal === undefined) throw new TypeError(`not a finite number: ${value}`);
  return decimal;
}

/** The number value of a text: a plain `number` when a double round-trips it, else a RegoNumber in canonical form; undefined when it is no number. */
export function parseNumber(text: string): number | RegoNumber | undefined {
  const decimal = parseDecimal(text);
  return decimal === undefined ? undefined : fromDecimal(decimal);
}

/** The number value of a decimal. */
function fromDecimal(decimal: Decimal): number | RegoNumber {
  if (decimal.digits === '') return 0;
  if (decimal.digits.length <= 17 && Math.abs(decimal.exponent) < 400) {
    const double = Number(`${decimal.negative ? '-' : ''}${decimal.digits}e${decimal.exponent}`);
    if (Number.isFinite(double) && double !== 0) {
      if (decimal.digits.length <= 15 && Math.abs(decimal.exponent) < 280) return double;
      const back = toDecimal(double);
      if (back.digits === decimal.digits && back.exponent === decimal.exponent) return double;
    }
  }
  return new RegoNumber(printDecimal(decimal));
}

/** The number value of an integer. */
export function fromBigInt(integer: bigint): number | RegoNumber {
  if (integer >= -9007199254740991n && integer <= 9007199254740991n) return Number(integer);
  return parseNumber(integer.toString())!;
}

/** Canonical text: `1.5`, `100000000000000000000000`, `1e-7`; integers in full unless more than 40 zeros end them (`1e400`). */
export function printDecimal({ negative, digits, exponent }: Decimal): string {
  if (digits === '') return '0';
  const sign = negative ? '-' : '';
  const point = digits.length + exponent;
  if (exponent >= 0 && exponent <= MAX_PRINTED_ZEROS) return sign + digits + '0'.repeat(exponent);
  if (exponent < 0 && point > 0) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (exponent < 0 && point > -6) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const mantissa = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${sign}${mantissa}e${point - 1}`;
}

/** Canonical text of a number value; equal numbers print alike. */
export function printNumber(value: number | RegoNumber): string {
  if (typeof value === 'number' && Math.abs(value) < 1e21) return Object.is(value, -0) ? '0' : String(value);
  return printDecimal(toDecimal(value));
}

/** The text of a number value as it was written, where that is known; else the canonical one. */
export function numberText(value: number | RegoNumber): string {
  return typeof value === 'number' ? printNumber(value) : value.text;
}

/** -1, 0 or 1 by numeric order, exact on numbers of any size. */
export function compareNumbers(a: number | RegoNumber, b: number | RegoNumber): -1 | 0 | 1 {
  // Shortest decimals keep the order of their doubles, so two doubles compare as such.
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  return compareDecimals(toDecimal(a), toDecimal(b));
}

/** -1, 0 or 1 by numeric order. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const signA = signOf(a);
  const signB = signOf(b);
  if (signA !== signB) return signA < signB ? -1 : 1;
  if (signA === 0) return 0;
  const order = compareMagnitudes(a, b);
  if (order === 0) return 0;
  return signA === 1 ? order : order === 1 ? -1 : 1;
}

function signOf(decimal: Decimal): -1 | 0 | 1 {
  return decimal.digits === '' ? 0 : decimal.negative ? -1 : 1;
}

function compareMagnitudes(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const pointA = a.digits.length + a.exponent;
  const pointB = b.digits.length + b.exponent;
  if (pointA !== pointB) return pointA < pointB ? -1 : 1;
  // The points align and no zeros trail, so the order of the digits as text is the order of the numbers.
  return a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0;
}

/** Whether the value is a whole number (3.0 is). */
export function isInteger(value: number | RegoNumber): boolean {
  return typeof value === 'number' ? Number.isInteger(value) : toDecimal(value).exponent >= 0;
}

/** The whole number as a BigInt; undefined when it has a fraction or more than `maxDigits` digits (an exponent alone must not cost memory). */
export function toBigInt(value: number | RegoNumber, maxDigits = 10_000): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  const { negative, digits, exponent } = toDecimal(value);
  if (digits === '') return 0n;
  if (exponent < 0 || digits.length + exponent > maxDigits) return undefined;
  const magnitude = BigInt(digits + '0'.repeat(exponent));
  return negative ? -magnitude : magnitude;
}

/** The nearest double; infinite when out of range. */
export function toDouble(value: number | RegoNumber): number {
  return typeof value === 'number' ? value : Number(value.text);
}
