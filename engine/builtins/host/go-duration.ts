// Durations as Go's time.ParseDuration reads them (`1h15m30.918s`), with OPA's days, weeks and years.
// Left to others: points in time (go-time.ts).
import { BuiltinError } from '../../host/builtin.ts';
import { formatFloat } from '../../value/go-strconv.ts';
import { quoteGo } from '../../value/rego-text.ts';
import { quoteBytes } from './go-time-parse.ts';
import { toBytes } from './go-url.ts';

const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Hours. OPA multiplies doubles and goes on with the shortest text of the product. */
const LONG_UNITS: Readonly<Record<string, number>> = { d: 24, w: 7 * 24, y: 365 * 24 };

/** A text with a long unit must be nothing but such items. */
const LONG_GRAMMAR = /^[+-]?(?:[0-9.]+(?:ms|us|\u00b5s|ns|[a-z]))+$/;
const LONG_ITEM = /([0-9.]+)(ms|us|\u00b5s|ns|[a-z])/g;
const ITEM = /(\d*)(?:\.(\d*))?([^.\d]*)/y;
const NUMBER = /^(?:\d+(?:\.\d*)?|\.\d+)$/;
const LIMIT = 1n << 63n;

/** Nanoseconds of a duration; they fit 64 bits. Throws BuiltinError with Go's text. */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith('-');
  const body = /^[+-]/.test(text) ? text.slice(1) : text;
  const long = /[dwy]/.test(body);
  // Quoted by OPA where it reads the text itself, else by Go's time package, which knows ASCII only.
  const quoted = long ? quoteGo(text) : quoteBytes(toBytes(text));
  if (body === '0') return 0n;
  if (body === '' || (long && !LONG_GRAMMAR.test(text))) throw invalid(quoted);
  const total = long ? parseLong(body, quoted) : parseItems(body, quoted);
  if (!negative && total === LIMIT) throw invalid(quoted);
  return negative ? -total : total;
}

function invalid(quoted: string): BuiltinError {
  return new BuiltinError(`time: invalid duration ${quoted}`);
}

function parseLong(body: string, quoted: string): bigint {
  let total = 0n;
  for (const [item, number = '', unit = ''] of body.matchAll(LONG_ITEM)) {
    const hours = LONG_UNITS[unit];
    if (hours === undefined) {
      total += parseItems(item, quoted);
    } else {
      if (!NUMBER.test(number)) throw invalid(quoted);
      const [integer = '', fraction = ''] = formatFloat(Number(number) * hours, 'f', -1).split('.');
      total += amount(integer, fraction, UNITS['h']!, quoted);
    }
    if (total > LIMIT) throw invalid(quoted);
  }
  return total;
}

function parseItems(body: string, quoted: string): bigint {
  let total = 0n;
  for (let offset = 0; offset < body.length;) {
    ITEM.lastIndex = offset;
    const [item, integer = '', fraction = '', unit = ''] = ITEM.exec(body)!;
    if (integer + fraction === '' || (integer !== '' && !fits(integer))) throw invalid(quoted);
    if (unit === '') throw new BuiltinError(`time: missing unit in duration ${quoted}`);
    const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (size === undefined) {
      throw new BuiltinError(`time: unknown unit ${quoteBytes(toBytes(unit))} in duration ${quoted}`);
    }
    total += amount(integer, fraction, size, quoted);
    if (total > LIMIT) throw invalid(quoted);
    offset += item.length;
  }
  return total;
}

/** Whether digits are at most 2^63. */
function fits(digits: string): boolean {
  const significant = digits.replace(/^0+/, '');
  return significant.length < 20 && BigInt(significant || '0') <= LIMIT;
}

/** So many of a unit; a fraction is rounded as Go's doubles do it, and its digits beyond 63 bits are dropped. */
function amount(integer: string, fraction: string, unit: bigint, quoted: string): bigint {
  if (!fits(integer) || BigInt(integer || '0') > LIMIT / unit) throw invalid(quoted);
  let digits = 0n;
  let scale = 1;
  for (const digit of fraction) {
    if (digits > (LIMIT - 1n) / 10n) break;
    digits = digits * 10n + BigInt(digit);
    scale *= 10;
  }
  return BigInt(integer || '0') * unit + BigInt(Math.trunc(Number(digits) * (Number(unit) / scale)));
}
