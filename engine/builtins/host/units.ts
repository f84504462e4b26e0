// Built-ins of the family `units`: amounts with a unit (`10Ki`, `1.5GB`) as numbers.
// Left to others: durations, which are in the family `time`.
import { BuiltinError } from '../../host/builtin.ts';
import type { HostBuiltins } from '../../host/builtin.ts';
import { parseNumber } from '../../value/number.ts';
import { RegoNumber, type Value } from '../../value/value.ts';
import { stringOperand } from './operands.ts';

/** numerator / denominator, the latter positive. */
interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

const LETTERS = ['k', 'm', 'g', 't', 'p', 'e'];
const DECIMAL = new Map(LETTERS.map((letter, i) => [letter, 10n ** BigInt(3 * (i + 1))]));
const BINARY = new Map(LETTERS.map((letter, i) => [letter, 1n << BigInt(10 * (i + 1))]));

/** A number (digits, point, exponent) and what follows it; either may be empty. Exponents of more than six digits are refused. */
function splitAmount(text: string, family: string): { number: string; unit: string } {
  let end = 0;
  while (end < text.length) {
    const character = text[end]!;
    if (!/[0-9.eE+-]/.test(character)) break;
    if (/[eE]/.test(character)) {
      // Without digits or a sign behind it, an `e` is the unit exa.
      const exponent = /^[eE](?:[+-](\d*)|(\d+))/.exec(text.slice(end));
      if (exponent === null) break;
      if ((exponent[1] ?? exponent[2] ?? '').length > 6) throw new BuiltinError(`${family}: exponent too large`);
      if (/[+-]/.test(text[end + 1]!)) end++;
    }
    end++;
  }
  return { number: text.slice(0, end), unit: text.slice(end) };
}

/** A decimal as Go reads one: the digits before or behind the point may be missing. */
function readNumber(text: string): Ratio | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, integer = '', fraction = '', exponent = '0'] = match;
  if (integer + fraction === '') return undefined;
  const digits = BigInt(integer + fraction) * (sign === '-' ? -1n : 1n);
  const power = Number(exponent) - fraction.length;
  if (power >= 0) return { numerator: digits * 10n ** BigInt(power), denominator: 1n };
  return { numerator: digits, denominator: 10n ** BigInt(-power) };
}

/** The double 0.001, which the reference multiplies by: a little more than a thousandth. */
const MILLI: Ratio = { numerator: 1_152_921_504_606_847n, denominator: 1n << 60n };

function unitOf(unit: string): Ratio | undefined {
  if (unit === '') return { numerator: 1n, denominator: 1n };
  if (unit === 'm') return MILLI;
  const binary = unit.length === 2 && unit[1] === 'i';
  if (unit.length !== 1 && !binary) return undefined;
  const factor = (binary ? BINARY : DECIMAL).get(unit[0]!.toLowerCase());
  return factor === undefined ? undefined : { numerator: factor, denominator: 1n };
}

/** Exact; what is no whole number is rounded to ten decimal places, halves away from zero, and written with all of them. */
function parse(raw: Value): Value {
  const text = stringOperand(raw, 1).replaceAll('"', '');
  if (text.includes(' ')) throw new BuiltinError('units.parse: spaces not allowed in resource strings');
  const { number, unit } = splitAmount(text, 'units.parse');
  if (number === '') throw new BuiltinError('units.parse: no amount provided');
  // The case of the first letter tells milli from mega. It is cut off as a byte.
  const bytes = Buffer.from(unit);
  const name = bytes.toString('utf8', 0, 1) + bytes.toString('utf8', 1).toLowerCase();
  const factor = unitOf(name);
  if (factor === undefined) throw new BuiltinError(`units.parse: unit ${name} not recognized`);
  const amount = readNumber(number);
  if (amount === undefined) throw new BuiltinError('units.parse: could not parse amount to a number');
  const numerator = amount.numerator * factor.numerator;
  const denominator = amount.denominator * factor.denominator;
  if (numerator % denominator === 0n) return parseNumber((numerator / denominator).toString())!;
  const magnitude = numerator < 0n ? -numerator : numerator;
  const scaled = (magnitude * 10n ** 10n * 2n + denominator) / (denominator * 2n);
  const digits = scaled.toString().padStart(11, '0');
  return new RegoNumber(`${numerator < 0n ? '-' : ''}${digits.slice(0, -10)}.${digits.slice(-10)}`);
}

/** The nearest number with a mantissa of 64 bits, as Go's big.Float keeps it; halves go to the even one. */
function round64({ numerator, denominator }: Ratio): Ratio {
  if (numerator === 0n) return { numerator, denominator: 1n };
  const magnitude = numerator < 0n ? -numerator : numerator;
  let shift = 64 - (bitLength(magnitude) - bitLength(denominator));
  for (;;) {
    const scaled = shift >= 0 ? magnitude << BigInt(shift) : magnitude;
    const divisor = shift >= 0 ? denominator : denominator << BigInt(-shift);
    let mantissa = scaled / divisor;
    if (mantissa >> 64n !== 0n) {
      shift--;
      continue;
    }
    const rest = (scaled - mantissa * divisor) * 2n;
    if (rest > divisor || (rest === divisor && (mantissa & 1n) === 1n)) mantissa++;
    const signed = numerator < 0n ? -mantissa : mantissa;
    if (shift >= 0) return { numerator: signed, denominator: 1n << BigInt(shift) };
    return { numerator: signed << BigInt(-shift), denominator: 1n };
  }
}

function bitLength(integer: bigint): number {
  const hex = integer.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0]!, 16)) + 28;
}

const BYTE_UNIT = /^([kmgtpe])(i?)b?$/;

/** Computed with 64-bit mantissas and cut off after the point, as in the reference. */
function parseBytes(raw: Value): Value {
  const text = stringOperand(raw, 1).toLowerCase().replaceAll('"', '');
  if (text.includes(' ')) throw new BuiltinError('units.parse_bytes: spaces not allowed in resource strings');
  const { number, unit } = splitAmount(text, 'units.parse_bytes');
  if (number === '') throw new BuiltinError('units.parse_bytes: no byte amount provided');
  const match = BYTE_UNIT.exec(unit);
  if (unit !== '' && match === null) throw new BuiltinError(`units.parse_bytes: byte unit ${unit} not recognized`);
  const factor = match === null ? 1n : (match[2] === 'i' ? BINARY : DECIMAL).get(match[1]!)!;
  const amount = readNumber(number);
  if (amount === undefined) throw new BuiltinError('units.parse_bytes: could not parse byte amount to a number');
  const rounded = round64(amount);
  const { numerator, denominator } = round64({
    numerator: rounded.numerator * factor,
    denominator: rounded.denominator,
  });
  return parseNumber((numerator / denominator).toString())!;
}

/** `units.*`. Exponents have at most six digits, which bounds what a short text can cost. */
export const UNITS_BUILTINS: HostBuiltins = {
  'units.parse': (_, text) => parse(text!),
  'units.parse_bytes': (_, text) => parseBytes(text!),
};
