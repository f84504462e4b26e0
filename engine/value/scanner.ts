// What the readers of JSON text and of Rego terms share: string literals and numbers at a position in a text.
// Left to others: everything with brackets (json.ts, rego-text.ts).
import { parseNumber, printNumber } from './number.ts';
import { RegoNumber } from './value.ts';

/** Text that is no value. `offset` counts UTF-16 units. */
export class ValueSyntaxError extends SyntaxError {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Deepest nesting that the readers take, as in Go's JSON decoder. */
export const MAX_DEPTH = 10_000;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};
/** Escapes of Go's quoted strings that JSON lacks. */
const GO_ESCAPES: Readonly<Record<string, string>> = { a: '\x07', v: '\v' };
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The escape of the second surrogate of a pair. */
const SECOND_HALF = /^\\u(d[c-f][0-9a-f]{2})$/i;

/** The character at `offset`, as messages in the manner of Go quote it: `'x'`, `'\n'`. */
function quoteCharacter(text: string, offset: number): string {
  const character = String.fromCodePoint(text.codePointAt(offset)!);
  switch (character) {
    case "'":
      return "'\\''";
    case '"':
      return `'"'`;
    default:
      return `'${JSON.stringify(character).slice(1, -1)}'`;
  }
}

/** Reads one text from left to right. */
export class Scanner {
  readonly text: string;
  offset = 0;
  /** Whether the escapes of Go's quoted strings are let pass too. */
  readonly goEscapes: boolean;
  /** Whether numbers keep the text they are written with. */
  readonly keepNumbers: boolean;

  constructor(text: string, { goEscapes = false, keepNumbers = false } = {}) {
    this.text = text;
    this.goEscapes = goEscapes;
    this.keepNumbers = keepNumbers;
  }

  /** Skips JSON's white space; the code unit that follows, NaN at the end. */
  peek(): number {
    for (;;) {
      const unit = this.text.charCodeAt(this.offset);
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return unit;
      this.offset++;
    }
  }

  /** Fails with "unexpected end" or an invalid character in `context`. */
  fail(context: string, offset = this.offset): never {
    if (offset >= this.text.length) throw new ValueSyntaxError('unexpected end of JSON input', offset);
    throw new ValueSyntaxError(`invalid character ${quoteCharacter(this.text, offset)} ${context}`, offset);
  }

  /** A string literal; the opening quote is at the offset. Lone surrogates that are escaped become U+FFFD, as in Go. */
  string(): string {
    const { text } = this;
    let result = '';
    let start = ++this.offset;
    for (;;) {
      const unit = text.charCodeAt(this.offset);
      if (unit === 34) {
        result += text.slice(start, this.offset++);
        return result;
      }
      if (unit === 92) {
        result += text.slice(start, this.offset++);
        result += this.escape();
        start = this.offset;
      } else if (unit >= 32) {
        this.offset++;
      } else {
        this.fail('in string literal');
      }
    }
  }

  private escape(): string {
    const letter = this.text[this.offset] ?? '';
    const simple = SIMPLE_ESCAPES[letter] ?? (this.goEscapes ? GO_ESCAPES[letter] : undefined);
    if (simple !== undefined) {
      this.offset++;
      return simple;
    }
    const size = letter === 'u' ? 4 : this.goEscapes && letter === 'x' ? 2 : this.goEscapes && letter === 'U' ? 8 : 0;
    if (size === 0) this.fail('in string escape code');
    const start = ++this.offset;
    for (; this.offset < start + size; this.offset++) {
      if (!/[0-9a-fA-F]/.test(this.text[this.offset] ?? '')) this.fail(`in \\${letter} hexadecimal character escape`);
    }
    const code = Number.parseInt(this.text.slice(start, this.offset), 16);
    if (size === 8) return String.fromCodePoint(code);
    if (code < 0xd800 || code > 0xdfff) return String.fromCharCode(code);
    const second = code < 0xdc00 ? SECOND_HALF.exec(this.text.slice(this.offset, this.offset + 6)) : null;
    if (second === null) return '\ufffd';
    this.offset += 6;
    return String.fromCharCode(code, Number.parseInt(second[1]!, 16));
  }

  /** A number, with JSON's rule on leading zeros. */
  number(): number | RegoNumber {
    return this.smallInteger() ?? this.anyNumber();
  }

  /** Most numbers are integers of a few digits. */
  private smallInteger(): number | undefined {
    const { text, offset } = this;
    const start = text.charCodeAt(offset) === 45 ? offset + 1 : offset;
    let end = start;
    let value = 0;
    for (let unit = text.charCodeAt(end); unit >= 48 && unit <= 57; unit = text.charCodeAt(++end)) {
      value = value * 10 + unit - 48;
    }
    const next = text.charCodeAt(end);
    const isPlain = next !== 46 && next !== 101 && next !== 69;
    const digits = end - start;
    if (!isPlain || digits === 0 || digits > 15 || (digits > 1 && text.charCodeAt(start) === 48)) return undefined;
    if (this.keepNumbers && value === 0 && start !== offset) return undefined;
    this.offset = end;
    return start === offset || value === 0 ? value : -value;
  }

  private anyNumber(): number | RegoNumber {
    const { text } = this;
    NUMBER.lastIndex = this.offset;
    const match = NUMBER.exec(text);
    if (match === null) this.fail('in numeric literal', this.offset + 1);
    const literal = match[0];
    const leadingZero = /^-?0\d/.exec(literal);
    if (leadingZero !== null) this.fail('after top-level value', this.offset + leadingZero[0].length - 1);
    const end = this.offset + literal.length;
    const next = text[end];
    if (next === '.') this.fail('after decimal point in numeric literal', end + 1);
    if (next === 'e' || next === 'E')
      this.fail('in exponent of numeric literal', end + (/[+-]/.test(text[end + 1] ?? '') ? 2 : 1));
    this.offset = end;
    const number = parseNumber(literal)!;
    return this.keepNumbers && printNumber(number) !== literal ? new RegoNumber(literal) : number;
  }

  /** Takes `word` at the offset. */
  word(word: string): void {
    if (this.text.startsWith(word, this.offset)) {
      this.offset += word.length;
      return;
    }
    let i = 0;
    while (this.text[this.offset + i] === word[i]) i++;
    this.fail(`in literal ${word} (expecting '${word[i]}')`, this.offset + i);
  }

  /** Fails unless only white space is left. */
  end(): void {
    if (!Number.isNaN(this.peek())) this.fail('after top-level value');
  }
}
