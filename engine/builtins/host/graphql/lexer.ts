// Tokens of GraphQL documents, with line and column as OPA counts them.
// Left to others: what tokens mean (parser.ts).
import type { Position } from './ast.ts';

export type TokenKind =
  | '<Invalid>'
  | '<EOF>'
  | '!'
  | '$'
  | '&'
  | '('
  | ')'
  | '...'
  | ':'
  | '='
  | '@'
  | '['
  | ']'
  | '{'
  | '}'
  | '|'
  | 'Name'
  | 'Int'
  | 'Float'
  | 'String'
  | 'BlockString'
  | 'Comment';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly position: Position;
  /** Why an invalid token is one. */
  readonly error?: string;
}

/** A fault in a document's text. */
export class GraphqlSyntaxError extends Error {
  readonly position: Position;
  constructor(message: string, position: Position) {
    super(message);
    this.position = position;
  }
}

const PUNCTUATION = new Map<number, TokenKind>(
  (['!', '$', '&', '(', ')', ':', '=', '@', '[', ']', '{', '}', '|'] as const).map((kind) => [
    kind.charCodeAt(0),
    kind,
  ]),
);

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BYTE_ORDER_MARK = 0xfeff;

const SIMPLE_ESCAPES = new Map([
  ['"', '"'],
  ['/', '/'],
  ['\\', '\\'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isNameStart(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
}

/** How much of a line is white space; undefined when all of it is. */
function indentOf(line: string): number | undefined {
  const at = line.search(/[^ \t]/);
  return at < 0 ? undefined : at;
}

/** A block string without the indentation that its lines share and without blank lines around it. */
function blockStringValue(raw: string): string {
  const lines = raw.split('\n');
  const indents = lines.map(indentOf).filter((indent) => indent !== undefined);
  const common = indents.reduce((least, indent) => Math.min(least, indent), Infinity);
  const shortened = lines.map((line, index) => (index === 0 || common === Infinity ? line : line.slice(common)));
  let start = 0;
  let end = shortened.length;
  while (start < end && indentOf(shortened[start]!) === undefined) start++;
  while (start < end && indentOf(shortened[end - 1]!) === undefined) end--;
  return shortened.slice(start, end).join('\n');
}

/** Reads one document, token by token. */
export class Lexer {
  /** The text as characters (not UTF-16 units), so that columns come out right. */
  readonly #text: readonly string[];
  readonly #codes: readonly number[];
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = [...text];
    this.#codes = this.#text.map((char) => char.codePointAt(0)!);
  }

  /** The next token; an invalid one for a fault. After the end, ends. */
  read(): Token {
    this.#skipBlanks();
    const start = this.#at;
    if (start >= this.#codes.length) return this.#token('<EOF>', '', start);
    const code = this.#codes[start]!;
    const punctuation = PUNCTUATION.get(code);
    if (punctuation !== undefined) {
      this.#at++;
      return this.#token(punctuation, '', start);
    }
    const char = this.#text[start]!;
    if (char === '.' && this.#text[start + 1] === '.' && this.#text[start + 2] === '.') {
      this.#at += 3;
      return this.#token('...', '', start);
    }
    if (char === '#') return this.#comment();
    if (isNameStart(code)) return this.#name();
    if (char === '-' || isDigit(code)) return this.#number();
    if (code === QUOTE) {
      const isBlock = this.#codes[start + 1] === QUOTE && this.#codes[start + 2] === QUOTE;
      return isBlock ? this.#blockString() : this.#string();
    }
    if (code < 0x20) return this.#invalid(`Cannot contain the invalid character "\\u${String(code).padStart(4, '0')}"`);
    if (char === "'")
      return this.#invalid(`Unexpected single quote character ('), did you mean to use a double quote (")?`);
    // OPA looks at the first byte alone.
    const byte = Buffer.from(char, 'utf8')[0]!;
    return this.#invalid(`Cannot parse the unexpected character "${String.fromCharCode(byte)}".`);
  }

  #token(kind: TokenKind, value: string, start: number, position?: Position): Token {
    return { kind, value, position: position ?? this.#position(start) };
  }

  #position(at: number): Position {
    return { line: this.#line, column: at - this.#lineStart + 1 };
  }

  /** A fault at the point reached. */
  #invalid(error: string): Token {
    return { kind: '<Invalid>', value: '', position: this.#position(this.#at), error };
  }

  #slice(start: number, end: number): string {
    return this.#text.slice(start, end).join('');
  }

  #newLine(): void {
    this.#line++;
    this.#lineStart = this.#at;
  }

  #skipBlanks(): void {
    for (;;) {
      switch (this.#codes[this.#at]) {
        case TAB:
        case 0x20:
        case 0x2c:
        case BYTE_ORDER_MARK:
          this.#at++;
          break;
        case LINE_FEED:
          this.#at++;
          this.#newLine();
          break;
        case CARRIAGE_RETURN:
          this.#at++;
          this.#newLine();
          // The line feed of a pair is a column of the new line, as OPA counts.
          if (this.#codes[this.#at] === LINE_FEED) this.#at++;
          break;
        default:
          return;
      }
    }
  }

  #comment(): Token {
    const start = this.#at;
    while (this.#at < this.#codes.length && (this.#codes[this.#at]! >= 0x20 || this.#codes[this.#at] === TAB))
      this.#at++;
    return this.#token('Comment', this.#slice(start, this.#at), start);
  }

  #name(): Token {
    const start = this.#at;
    const isPart = (code: number | undefined): boolean => code !== undefined && (isNameStart(code) || isDigit(code));
    while (isPart(this.#codes[this.#at])) this.#at++;
    return this.#token('Name', this.#slice(start, this.#at), start);
  }

  #accept(chars: string): boolean {
    const char = this.#text[this.#at];
    if (char === undefined || !chars.includes(char)) return false;
    this.#at++;
    return true;
  }

  #digits(): number {
    const start = this.#at;
    while (this.#at < this.#codes.length && isDigit(this.#codes[this.#at]!)) this.#at++;
    return this.#at - start;
  }

  #describeNext(): string {
    const char = this.#text[this.#at];
    return char === undefined ? '<EOF>' : `"${String.fromCharCode(Buffer.from(char, 'utf8')[0]!)}"`;
  }

  #number(): Token {
    const start = this.#at;
    let kind: TokenKind = 'Int';
    const missingDigit = (): Token => this.#invalid(`Invalid number, expected digit but got: ${this.#describeNext()}.`);
    this.#accept('-');
    if (this.#accept('0')) {
      const extra = this.#digits();
      if (extra > 0) {
        this.#at -= extra;
        return this.#invalid(`Invalid number, unexpected digit after 0: ${this.#describeNext()}.`);
      }
    } else if (this.#digits() === 0) return missingDigit();
    if (this.#accept('.')) {
      kind = 'Float';
      if (this.#digits() === 0) return missingDigit();
    }
    if (this.#accept('eE')) {
      kind = 'Float';
      this.#accept('-+');
      if (this.#digits() === 0) return missingDigit();
    }
    return this.#token(kind, this.#slice(start, this.#at), start);
  }

  #string(): Token {
    // The token's column is that of the first character inside of the quotes, as in OPA.
    this.#at++;
    const start = this.#at;
    let value = '';
    for (;;) {
      const code = this.#codes[this.#at];
      if (code === undefined || code === LINE_FEED || code === CARRIAGE_RETURN)
        return this.#invalid('Unterminated string.');
      if (code < 0x20 && code !== TAB)
        return this.#invalid(`Invalid character within String: "\\u${String(code).padStart(4, '0')}".`);
      if (code === QUOTE) {
        const token = this.#token('String', value, start);
        this.#at++;
        return token;
      }
      if (code !== BACKSLASH) {
        value += this.#text[this.#at]!;
        this.#at++;
        continue;
      }
      const escape = this.#text[this.#at + 1];
      if (escape === undefined) {
        this.#at++;
        return this.#invalid('Invalid character escape sequence.');
      }
      if (escape !== 'u') {
        const char = SIMPLE_ESCAPES.get(escape);
        this.#at++;
        if (char === undefined) return this.#invalid(`Invalid character escape sequence: \\${escape}.`);
        value += char;
        this.#at++;
        continue;
      }
      const digits = this.#slice(this.#at + 2, this.#at + 6);
      // The quote that must still follow is part of what has to be there.
      const isCut = this.#at + 6 >= this.#codes.length;
      if (isCut || !/^[0-9A-Fa-f]{4}$/.test(digits)) {
        const shown = this.#slice(this.#at + 1, isCut ? this.#codes.length : this.#at + 6);
        this.#at++;
        return this.#invalid(`Invalid character escape sequence: \\${shown}.`);
      }
      const unit = parseInt(digits, 16);
      // Halves of pairs are not joined.
      value += unit >= 0xd800 && unit <= 0xdfff ? '\ufffd' : String.fromCharCode(unit);
      this.#at += 6;
    }
  }

  #blockString(): Token {
    this.#at += 3;
    const start = this.#at;
    let raw = '';
    const isQuotes = (at: number): boolean =>
      this.#codes[at] === QUOTE && this.#codes[at + 1] === QUOTE && this.#codes[at + 2] === QUOTE;
    for (;;) {
      const code = this.#codes[this.#at];
      if (code === undefined) return this.#invalid('Unterminated string.');
      // Of more than three quotes the last three end the string.
      if (isQuotes(this.#at) && this.#codes[this.#at + 3] !== QUOTE) {
        // A column counted from the start of the last line: negative or zero when the string has several.
        const token = this.#token('BlockString', blockStringValue(raw), start);
        this.#at += 3;
        return token;
      }
      if (code < 0x20 && code !== TAB && code !== LINE_FEED && code !== CARRIAGE_RETURN)
        return this.#invalid(`Invalid character within String: "\\u${String(code).padStart(4, '0')}".`);
      if (code === BACKSLASH && isQuotes(this.#at + 1)) {
        raw += '"""';
        this.#at += 4;
      } else if (code === CARRIAGE_RETURN || code === LINE_FEED) {
        if (code === CARRIAGE_RETURN && this.#codes[this.#at + 1] === LINE_FEED) this.#at++;
        raw += '\n';
        this.#at++;
        this.#newLine();
      } else {
        raw += this.#text[this.#at]!;
        this.#at++;
      }
    }
  }
}
