// Go's fmt.Sprintf: flags, widths, precisions, argument indices and every verb, also its reports of misuse (`%!d(string=x)`).
// Left to others: digits of floats and quoting (go-strconv.ts); how a Rego value becomes a Go value (sprintf.ts).
import { bytesOf } from '../../host/bytes.ts';
import { quoteGo } from '../../value/rego-text.ts';
import { formatFloat, isRune, quoteAscii, quoteRune } from '../../value/go-strconv.ts';
import type { FloatFormat } from '../../value/go-strconv.ts';
import { goType } from './go-value.ts';
import type { GoValue } from './go-value.ts';

/** Flags, width and precision of one verb. */
interface Spec {
  sharp: boolean;
  zero: boolean;
  plus: boolean;
  minus: boolean;
  space: boolean;
  /** `%+v` and `%#v`. */
  plusV: boolean;
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

/** Widths and precisions beyond this are misuse. */
const MAX_SIZE = 1_000_000;

function newSpec(): Spec {
  return {
    sharp: false,
    zero: false,
    plus: false,
    minus: false,
    space: false,
    plusV: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
  };
}

/** `args` printed by `format` as Go's fmt.Sprintf does. */
export function sprintf(format: string, args: readonly GoValue[]): string {
  return new Printf(format, args).run();
}

/** `args` printed as Go's fmt.Sprint does: a space between two that are both no strings. */
export function sprint(args: readonly GoValue[]): string {
  let result = '';
  args.forEach((arg, i) => {
    if (i > 0 && arg.kind !== 'string' && args[i - 1]!.kind !== 'string') result += ' ';
    result += printArg(arg, 'v', newSpec());
  });
  return result;
}

/** `args` printed as Go's fmt.Sprintln does. */
export function sprintln(args: readonly GoValue[]): string {
  return `${args.map((arg) => printArg(arg, 'v', newSpec())).join(' ')}\n`;
}

/** A value as Go's `%v` prints it. */
export function printGoValue(value: GoValue): string {
  return printArg(value, 'v', newSpec());
}

/** One run over a format. */
class Printf {
  readonly format: string;
  readonly args: readonly GoValue[];
  #offset = 0;
  #arg = 0;
  #reordered = false;
  #goodIndex = true;
  #output = '';

  constructor(format: string, args: readonly GoValue[]) {
    this.format = format;
    this.args = args;
  }

  run(): string {
    const { format, args } = this;
    while (this.#offset < format.length) {
      const percent = format.indexOf('%', this.#offset);
      this.#output += format.slice(this.#offset, percent < 0 ? undefined : percent);
      if (percent < 0) break;
      this.#offset = percent + 1;
      this.#goodIndex = true;
      if (!this.#verb()) break;
    }
    if (!this.#reordered && this.#arg < args.length) {
      const extra = args.slice(this.#arg).map((arg) => {
        return arg.kind === 'nil' ? '<nil>' : `${goType(arg)}=${printArg(arg, 'v', newSpec())}`;
      });
      this.#output += `%!(EXTRA ${extra.join(', ')})`;
    }
    return this.#output;
  }

  /** What follows a percent sign; false at the end of the format. */
  #verb(): boolean {
    const spec = newSpec();
    this.#flags(spec);
    let afterIndex = this.#index();
    afterIndex = this.#width(spec, afterIndex);
    if (this.format[this.#offset] === '.' && this.#offset + 1 < this.format.length) {
      this.#offset++;
      if (afterIndex) this.#goodIndex = false;
      afterIndex = this.#index();
      afterIndex = this.#precision(spec) ? false : afterIndex;
    }
    if (!afterIndex) this.#index();
    if (this.#offset >= this.format.length) {
      this.#output += '%!(NOVERB)';
      return false;
    }
    const verb = String.fromCodePoint(this.format.codePointAt(this.#offset)!);
    this.#offset += verb.length;
    const arg = this.args[this.#arg];
    if (verb === '%') this.#output += '%';
    else if (!this.#goodIndex) this.#output += `%!${verb}(BADINDEX)`;
    else if (arg === undefined) this.#output += `%!${verb}(MISSING)`;
    else {
      this.#arg++;
      if (verb === 'v') {
        spec.sharpV = spec.sharp;
        spec.plusV = spec.plus;
        spec.sharp = false;
        spec.plus = false;
      }
      this.#output += printArg(arg, verb, spec);
    }
    return true;
  }

  #flags(spec: Spec): void {
    for (; this.#offset < this.format.length; this.#offset++) {
      switch (this.format[this.#offset]) {
        case '#':
          spec.sharp = true;
          break;
        case '0':
          spec.zero = true;
          break;
        case '+':
          spec.plus = true;
          break;
        case '-':
          spec.minus = true;
          break;
        case ' ':
          spec.space = true;
          break;
        default:
          return;
      }
    }
  }

  /** `[n]`, which chooses the next argument; true when there was one. */
  #index(): boolean {
    const { format } = this;
    if (format[this.#offset] !== '[') return false;
    this.#reordered = true;
    const close = format.indexOf(']', this.#offset + 1);
    if (close < 0 || format.length - this.#offset < 3) {
      this.#goodIndex = false;
      this.#offset++;
      return false;
    }
    const text = format.slice(this.#offset + 1, close);
    this.#offset = close + 1;
    const index = /^\d+$/.test(text) ? Number(text) : 0;
    const valid = /^\d+$/.test(text) && index <= MAX_SIZE * 10;
    if (valid && index >= 1 && index <= this.args.length) {
      this.#arg = index - 1;
      return true;
    }
    this.#goodIndex = false;
    return valid;
  }

  #width(spec: Spec, afterIndex: boolean): boolean {
    if (this.format[this.#offset] === '*') {
      this.#offset++;
      spec.width = this.#sizeArg();
      if (spec.width === undefined) this.#output += '%!(BADWIDTH)';
      else if (spec.width < 0) {
        spec.width = -spec.width;
        spec.minus = true;
        spec.zero = false;
      }
      return false;
    }
    spec.width = this.#number();
    if (afterIndex && spec.width !== undefined) this.#goodIndex = false;
    return afterIndex;
  }

  /** True when the precision was an argument. */
  #precision(spec: Spec): boolean {
    if (this.format[this.#offset] === '*') {
      this.#offset++;
      spec.precision = this.#sizeArg();
      if (spec.precision !== undefined && spec.precision < 0) spec.precision = undefined;
      if (spec.precision === undefined) this.#output += '%!(BADPREC)';
      return true;
    }
    spec.precision = this.#number() ?? 0;
    return false;
  }

  /** A decimal number; one that is too large takes the rest of the format with it, as in Go. */
  #number(): number | undefined {
    let number: number | undefined;
    for (; /[0-9]/.test(this.format[this.#offset] ?? ''); this.#offset++) {
      if (number !== undefined && number > MAX_SIZE) {
        this.#offset = this.format.length;
        return undefined;
      }
      number = (number ?? 0) * 10 + Number(this.format[this.#offset]);
    }
    return number;
  }

  #sizeArg(): number | undefined {
    const arg = this.args[this.#arg];
    if (arg === undefined) return undefined;
    this.#arg++;
    if (arg.kind !== 'int' || arg.value > MAX_SIZE || arg.value < -MAX_SIZE) return undefined;
    return Number(arg.value);
  }
}

function printArg(arg: GoValue, verb: string, spec: Spec): string {
  if (arg.kind === 'nil') return verb === 'v' || verb === 'T' ? pad('<nil>', spec) : `%!${verb}(<nil>)`;
  if (verb === 'T') return printString(goType(arg), 's', spec);
  if (verb === 'p' && arg.kind !== 'slice' && arg.kind !== 'map' && arg.kind !== 'big') return badVerb(arg, verb, spec);
  return printValue(arg, verb, spec, 0);
}

function printValue(arg: GoValue, verb: string, spec: Spec, depth: number): string {
  switch (arg.kind) {
    case 'nil':
      return spec.sharpV ? 'interface {}(nil)' : '<nil>';
    case 'bool':
      return verb === 't' || verb === 'v' ? pad(String(arg.value), spec) : badVerb(arg, verb, spec);
    case 'int':
      return printInteger(arg.value, verb, spec) ?? badVerb(arg, verb, spec);
    case 'big':
      return printBig(arg.value, verb, spec);
    case 'float64':
      return printFloat(arg.value, verb, spec) ?? badVerb(arg, verb, spec);
    case 'string': {
      // What `%#v` asks of a type with a name of its own is still the quoted text.
      const stringVerb = verb === 'v' ? (spec.sharpV ? 'q' : 's') : verb;
      return 'sxXq'.includes(stringVerb) ? printString(arg.value, stringVerb, spec) : badVerb(arg, verb, spec);
    }
    case 'slice': {
      const items = arg.items.map((item) => printValue(item, verb, spec, depth + 1));
      return spec.sharpV ? `${goType(arg)}{${items.join(', ')}}` : `[${items.join(' ')}]`;
    }
    case 'map': {
      const key = (name: string): string => printValue({ kind: 'string', value: name }, verb, spec, depth + 1);
      const entries = [...arg.entries].map(([name, item]) => `${key(name)}:${printValue(item, verb, spec, depth + 1)}`);
      return spec.sharpV ? `${goType(arg)}{${entries.join(', ')}}` : `map[${entries.join(' ')}]`;
    }
  }
}

function badVerb(arg: GoValue, verb: string, spec: Spec): string {
  return `%!${verb}(${goType(arg)}=${printArg(arg, 'v', spec)})`;
}

function padding(count: number, spec: Spec): string {
  return (spec.zero && !spec.minus ? '0' : ' ').repeat(Math.max(count, 0));
}

/** Fills up to the width, counted in code points. */
function pad(text: string, spec: Spec): string {
  if (spec.width === undefined) return text;
  const fill = padding(spec.width - [...text].length, spec);
  return spec.minus ? text + fill : fill + text;
}

function signOf(negative: boolean, spec: Spec): string {
  return negative ? '-' : spec.plus ? '+' : spec.space ? ' ' : '';
}

const BASES: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function printInteger(value: bigint, verb: string, spec: Spec): string | undefined {
  const code = value < 0n || value > 0x10ffffn || !isRune(Number(value)) ? 0xfffd : Number(value);
  if (verb === 'c') return pad(String.fromCodePoint(code), spec);
  if (verb === 'q') return pad(quoteRune(code, spec.plus), spec);
  if (verb === 'U') return printUnicode(value, spec);
  const base = BASES[verb];
  if (base === undefined) return undefined;
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  const sign = signOf(negative, spec);
  const spaces = { ...spec, zero: false };
  if (spec.precision !== undefined) {
    if (spec.precision === 0 && value === 0n) return padding(spec.width ?? 0, spaces);
    digits = digits.padStart(spec.precision, '0');
  } else if (spec.zero && !spec.minus && spec.width !== undefined) {
    digits = digits.padStart(spec.width - sign.length, '0');
  }
  return pad(sign + basePrefix(verb, base, digits, spec) + digits, spaces);
}

function basePrefix(verb: string, base: number, digits: string, spec: Spec): string {
  if (verb === 'O') return spec.sharp && digits[0] !== '0' ? '0o0' : '0o';
  if (!spec.sharp) return '';
  if (base === 2) return '0b';
  if (base === 8) return digits[0] === '0' ? '' : '0';
  return base === 16 ? `0${verb}` : '';
}

function printUnicode(value: bigint, spec: Spec): string {
  const code = BigInt.asUintN(64, value);
  const precision = Math.max(spec.precision ?? 4, 4);
  let text = `U+${code.toString(16).toUpperCase().padStart(precision, '0')}`;
  if (spec.sharp && code <= 0x10ffffn && isRune(Number(code))) {
    const character = String.fromCodePoint(Number(code));
    if (/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) text += ` '${character}'`;
  }
  return pad(text, { ...spec, zero: false });
}

/** Integers beyond 64 bits format themselves, with rules of their own. */
function printBig(value: bigint, verb: string, spec: Spec): string {
  const base = verb === 's' ? 10 : BASES[verb];
  if (base === undefined) return `%!${verb}(big.Int=${value})`;
  const plus = spec.plus || spec.plusV;
  const sign = value < 0n ? '-' : plus ? '+' : spec.space ? ' ' : '';
  const sharp = spec.sharp || spec.sharpV;
  const prefix = verb === 'O' ? '0o' : !sharp ? '' : ({ b: '0b', o: '0', x: '0x', X: '0X' }[verb] ?? '');
  let digits = (value < 0n ? -value : value).toString(base);
  if (verb === 'X') digits = digits.toUpperCase();
  if (spec.precision !== undefined) {
    if (value === 0n && spec.precision === 0) return '';
    digits = digits.padStart(spec.precision, '0');
  }
  const missing = (spec.width ?? 0) - (sign + prefix + digits).length;
  if (missing <= 0) return sign + prefix + digits;
  if (spec.minus) return sign + prefix + digits + ' '.repeat(missing);
  if (spec.zero && spec.precision === undefined) return sign + prefix + '0'.repeat(missing) + digits;
  return ' '.repeat(missing) + sign + prefix + digits;
}

function printFloat(value: number, verb: string, spec: Spec): string | undefined {
  const format = verb === 'v' ? 'g' : verb === 'F' ? 'f' : verb;
  if (!'beEfgGxX'.includes(format)) return undefined;
  const precision = spec.precision ?? ('eEf'.includes(format) ? 6 : -1);
  let text = formatFloat(value, format as FloatFormat, precision);
  let sign = '+';
  if (text[0] === '-' || text[0] === '+') {
    sign = text[0];
    text = text.slice(1);
  }
  if (spec.space && sign === '+' && !spec.plus) sign = ' ';
  if (text === 'Inf' || text === 'NaN') {
    const shown = (spec.plus || sign !== '+' ? (text === 'NaN' && !spec.space && !spec.plus ? '' : sign) : '') + text;
    return pad(shown, { ...spec, zero: false });
  }
  if (spec.sharp && format !== 'b') text = keepPoint(text, format, precision);
  if (!spec.plus && sign === '+') return pad(text, spec);
  if (spec.zero && !spec.minus && spec.width !== undefined && spec.width > text.length + 1) {
    return sign + padding(spec.width - text.length - 1, spec) + text;
  }
  return pad(sign + text, spec);
}

/** `%#g` and its like: always a decimal point, and zeros up to the precision. */
function keepPoint(text: string, format: string, precision: number): string {
  let digits = 'gGx'.includes(format) ? (precision === -1 ? 6 : precision) : 0;
  const tailAt = text.search(format === 'x' || format === 'X' ? /[pP]/ : /[eE]/);
  const number = tailAt < 0 ? text : text.slice(0, tailAt);
  const tail = tailAt < 0 ? '' : text.slice(tailAt);
  let seenDigit = false;
  for (const character of number) {
    if (character === '.') continue;
    if (character !== '0') seenDigit = true;
    if (seenDigit) digits--;
  }
  let result = number;
  if (!number.includes('.')) {
    if (number === '0') digits--;
    result += '.';
  }
  return result + '0'.repeat(Math.max(digits, 0)) + tail;
}

function printString(value: string, verb: string, spec: Spec): string {
  if (verb === 'x' || verb === 'X') return printBytes(value, verb, spec);
  const text = spec.precision === undefined ? value : [...value].slice(0, spec.precision).join('');
  if (verb === 's') return pad(text, spec);
  // A raw string can hold anything but control characters, the backquote and the byte order mark.
  if (spec.sharp && !/[\x00-\x08\x0a-\x1f\x7f`\ufeff]/.test(text)) return pad(`\`${text}\``, spec);
  return pad(spec.plus ? quoteAscii(text) : quoteGo(text), spec);
}

function printBytes(value: string, verb: 'x' | 'X', spec: Spec): string {
  const bytes = [...bytesOf(value).subarray(0, spec.precision)];
  const prefix = spec.sharp ? `0${verb}` : '';
  const pairs = bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .map((pair) => (verb === 'X' ? pair.toUpperCase() : pair));
  if (pairs.length === 0) return padding(spec.width ?? 0, spec);
  const text = spec.space ? pairs.map((pair) => prefix + pair).join(' ') : prefix + pairs.join('');
  return pad(text, spec);
}
