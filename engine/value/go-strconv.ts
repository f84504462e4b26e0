// Doubles as text in every format of Go's strconv, and Go's quoted strings and characters.
// Left to others: widths, flags and verbs (go-format.ts).
import { escapeGo, quoteGo } from './rego-text.ts';

export type FloatFormat = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X';

/** Digits of a positive decimal: 0.d1d2d3… × 10^point. */
interface Digits {
  readonly digits: string;
  readonly point: number;
}

/** A double as Go's strconv.FormatFloat writes it; a negative precision asks for the fewest digits that read back as the same double. */
export function formatFloat(double: number, format: FloatFormat, precision: number): string {
  if (Number.isNaN(double)) return 'NaN';
  if (!Number.isFinite(double)) return double > 0 ? '+Inf' : '-Inf';
  const sign = double < 0 || Object.is(double, -0) ? '-' : '';
  const magnitude = Math.abs(double);
  switch (format) {
    case 'b':
      return sign + formatBinary(magnitude);
    case 'x':
      return sign + formatHex(magnitude, precision);
    case 'X':
      return sign + formatHex(magnitude, precision).toUpperCase();
    case 'e':
    case 'E': {
      const digits = precision < 0 ? shortest(magnitude) : roundTo(exact(magnitude), precision + 1);
      return sign + withExponent(digits, precision < 0 ? digits.digits.length - 1 : precision, format);
    }
    case 'f': {
      if (precision < 0) {
        const digits = shortest(magnitude);
        return sign + plain(digits, Math.max(digits.digits.length - digits.point, 0));
      }
      const digits = exact(magnitude);
      return sign + plain(roundTo(digits, digits.point + precision), precision);
    }
    default:
      return sign + formatGeneral(magnitude, format, precision);
  }
}

function formatGeneral(magnitude: number, format: 'g' | 'G', precision: number): string {
  const wanted = precision === 0 ? 1 : precision;
  const digits = precision < 0 ? shortest(magnitude) : roundTo(exact(magnitude), wanted);
  const count = digits.digits.length;
  let threshold = precision < 0 ? 6 : wanted;
  // Trailing zeros are dropped before the choice of notation, unless the precision reaches into the fraction.
  if (precision >= 0 && threshold > count && count >= digits.point) threshold = count;
  const exponent = digits.point - 1;
  if (exponent < -4 || exponent >= threshold) {
    return withExponent(digits, Math.max(count - 1, 0), format === 'g' ? 'e' : 'E');
  }
  return plain(digits, Math.max(count - digits.point, 0));
}

function withExponent({ digits, point }: Digits, fraction: number, letter: string): string {
  const exponent = digits === '' ? 0 : point - 1;
  const padded = digits.padEnd(fraction + 1, '0');
  const mantissa = fraction > 0 ? `${padded[0]}.${padded.slice(1, fraction + 1)}` : padded[0]!;
  return `${mantissa}${letter}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plain({ digits, point }: Digits, fraction: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (fraction <= 0) return whole;
  const zeros = '0'.repeat(Math.min(Math.max(-point, 0), fraction));
  return `${whole}.${(zeros + digits.slice(Math.max(point, 0))).padEnd(fraction, '0').slice(0, fraction)}`;
}

function shortest(magnitude: number): Digits {
  if (magnitude === 0) return { digits: '', point: 1 };
  const [mantissa, exponent] = magnitude.toExponential().split('e') as [string, string];
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** All digits of a double; at most some 770. */
function exact(magnitude: number): Digits {
  if (magnitude === 0) return { digits: '', point: 1 };
  const { mantissa, exponent } = split(magnitude);
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const all = scaled.toString();
  return { digits: all.replace(/0+$/, ''), point: all.length + Math.min(exponent, 0) };
}

/** The first `count` digits, rounded; halves go to the even digit. */
function roundTo({ digits, point }: Digits, count: number): Digits {
  if (count >= digits.length) return { digits, point };
  if (count < 0) return { digits: '', point };
  const rest = digits.slice(count);
  const even = count === 0 || '02468'.includes(digits[count - 1]!);
  const up = rest[0]! > '5' || (rest[0] === '5' && (rest.length > 1 || !even));
  const kept = digits.slice(0, count);
  if (!up) return { digits: kept.replace(/0+$/, ''), point };
  const raised = (BigInt(kept || '0') + 1n).toString().padStart(count, '0');
  return { digits: raised.replace(/0+$/, ''), point: raised.length > count ? point + 1 : point };
}

/** The double as mantissa × 2^exponent. */
function split(magnitude: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const fraction = bits & 0xfffffffffffffn;
  const biased = Number(bits >> 52n) & 0x7ff;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function formatBinary(magnitude: number): string {
  const { mantissa, exponent } = split(magnitude);
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

function formatHex(magnitude: number, precision: number): string {
  let { mantissa, exponent } = split(magnitude);
  if (mantissa === 0n) exponent = 0;
  else {
    // One bit before the point, 60 behind it.
    const shift = 60 - (mantissa.toString(2).length - 1);
    mantissa <<= BigInt(shift);
    exponent += 60 - shift;
  }
  if (precision >= 0 && precision < 15) {
    const drop = BigInt(60 - precision * 4);
    const half = 1n << (drop - 1n);
    const rest = mantissa & ((1n << drop) - 1n);
    mantissa >>= drop;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= drop;
    if (mantissa >> 61n !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const text = mantissa.toString(16).padStart(16, '0');
  const fraction =
    precision < 0 ? text.slice(1).replace(/0+$/, '') : text.slice(1).padEnd(precision, '0').slice(0, precision);
  const point = fraction === '' ? '' : `.${fraction}`;
  return `0x${text[0]}${point}p${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** A string in double quotes with nothing but ASCII in it. */
export function quoteAscii(text: string): string {
  return quoteGo(text).replace(/[^\x00-\x7f]/gu, escapeGo);
}

/** A character in single quotes, as Go's strconv.QuoteRune. */
export function quoteRune(code: number, ascii: boolean): string {
  const character = String.fromCodePoint(isRune(code) ? code : 0xfffd);
  if (character === "'") return "'\\''";
  if (character === '"') return `'"'`;
  const inner = (ascii ? quoteAscii(character) : quoteGo(character)).slice(1, -1);
  return `'${inner}'`;
}

/** Whether the number is a code point that UTF-8 can hold. */
export function isRune(code: number): boolean {
  return code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}
