// The tokens of Go's text/template.
// Left to others: what they mean together (parser.ts).
import { quoteGo } from '../../../value/rego-text.ts';

export type TokenKind =
  | 'error'
  | 'eof'
  | 'text'
  | 'left-delim'
  | 'right-delim'
  | 'space'
  | 'assign'
  | 'declare'
  | 'pipe'
  | 'left-paren'
  | 'right-paren'
  | 'char'
  | 'bool'
  | 'char-constant'
  | 'number'
  | 'string'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'dot'
  | 'keyword'
  | 'nil';

/** One token; `position` counts UTF-16 units, `line` from 1. */
export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
  readonly position: number;
  readonly line: number;
}

const KEYWORDS = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with']);

/** How messages name a token. */
export function describeToken(token: Token): string {
  if (token.kind === 'eof') return 'EOF';
  if (token.kind === 'error') return token.value;
  if (token.kind === 'keyword' || token.kind === 'dot' || token.kind === 'nil') return `<${token.value}>`;
  const characters = [...token.value];
  if (Buffer.byteLength(token.value) > 10) return `${quoteGo(characters.slice(0, 10).join(''))}...`;
  return quoteGo(token.value);
}

const SPACE = /[ \t\r\n]/;
const WORD = /[\p{L}\p{Nd}_]/u;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

/** Reads a template from left to right, a token at a time. */
export class Lexer {
  readonly text: string;
  #position = 0;
  #line = 1;
  #inAction = false;
  #parens = 0;
  #done: Token | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The next token; after an error or the end, the same again. */
  next(): Token {
    if (this.#done !== undefined) return this.#done;
    const token = this.#inAction ? this.#action() : this.#textToken();
    if (token.kind === 'error' || token.kind === 'eof') this.#done = token;
    return token;
  }

  #emit(kind: TokenKind, length: number): Token {
    const value = this.text.slice(this.#position, this.#position + length);
    const token = { kind, value, position: this.#position, line: this.#line };
    this.#skip(length);
    return token;
  }

  #skip(length: number): void {
    const end = this.#position + length;
    for (let i = this.#position; i < end; i++) if (this.text.charCodeAt(i) === 10) this.#line++;
    this.#position = end;
  }

  #error(message: string): Token {
    return { kind: 'error', value: message, position: this.#position, line: this.#line };
  }

  #at(text: string, offset = 0): boolean {
    return this.text.startsWith(text, this.#position + offset);
  }

  /** Whether `- ` stands behind the opening delimiter. */
  #hasLeftTrim(at: number): boolean {
    return this.text[at] === '-' && SPACE.test(this.text[at + 1] ?? '');
  }

  /** Whether a closing delimiter is here, and whether it is ` -}}`. */
  #rightDelim(): { readonly found: boolean; readonly trim: boolean } {
    if (SPACE.test(this.text[this.#position] ?? '') && this.#at('-}}', 1)) return { found: true, trim: true };
    return { found: this.#at('}}'), trim: false };
  }

  #textToken(): Token {
    const open = this.text.indexOf('{{', this.#position);
    if (open < 0) {
      const length = this.text.length - this.#position;
      return length > 0 ? this.#emit('text', length) : this.#emit('eof', 0);
    }
    if (open > this.#position) {
      const written = open - this.#position;
      let length = written;
      if (this.#hasLeftTrim(open + 2)) {
        while (length > 0 && SPACE.test(this.text[this.#position + length - 1]!)) length--;
      }
      if (length > 0) {
        const token = this.#emit('text', length);
        this.#skip(written - length);
        return token;
      }
      this.#skip(written);
    }
    const trim = this.#hasLeftTrim(open + 2) ? 2 : 0;
    if (this.#at('/*', 2 + trim)) return this.#comment(2 + trim);
    this.#inAction = true;
    this.#parens = 0;
    const token = this.#emit('left-delim', 2);
    this.#skip(trim);
    return token;
  }

  /** A comment leaves no token. */
  #comment(start: number): Token {
    this.#skip(start);
    const close = this.text.indexOf('*/', this.#position);
    if (close < 0) return this.#error('unclosed comment');
    this.#skip(close + 2 - this.#position);
    const { found, trim } = this.#rightDelim();
    if (!found) return this.#error('comment ends before closing delimiter');
    this.#skip(trim ? 4 : 2);
    if (trim) this.#skipSpace();
    return this.#textToken();
  }

  #skipSpace(): void {
    while (SPACE.test(this.text[this.#position] ?? '')) this.#skip(1);
  }

  #action(): Token {
    const { found, trim } = this.#rightDelim();
    if (found) {
      if (this.#parens > 0) return this.#error('unclosed left paren');
      if (trim) this.#skip(2);
      const token = this.#emit('right-delim', 2);
      if (trim) this.#skipSpace();
      this.#inAction = false;
      return token;
    }
    const code = this.text.codePointAt(this.#position);
    if (code === undefined) return this.#error('unclosed action');
    const character = String.fromCodePoint(code);
    if (SPACE.test(character)) return this.#space();
    switch (character) {
      case '=':
        return this.#emit('assign', 1);
      case ':':
        return this.#at(':=') ? this.#emit('declare', 2) : this.#error('expected :=');
      case '|':
        return this.#emit('pipe', 1);
      case '"':
        return this.#quoted('"', 'string', 'unterminated quoted string');
      case "'":
        return this.#quoted("'", 'char-constant', 'unterminated character constant');
      case '`': {
        const close = this.text.indexOf('`', this.#position + 1);
        return close < 0
          ? this.#error('unterminated raw quoted string')
          : this.#emit('string', close + 1 - this.#position);
      }
      case '$':
        return this.#fieldOrVariable('variable');
      case '(':
        this.#parens++;
        return this.#emit('left-paren', 1);
      case ')':
        if (--this.#parens < 0) return this.#error('unexpected right paren');
        return this.#emit('right-paren', 1);
    }
    if (character === '.' && this.#position + 1 < this.text.length && !/[0-9]/.test(this.text[this.#position + 1]!)) {
      return this.#fieldOrVariable('field');
    }
    if (/[+\-0-9.]/.test(character)) return this.#number();
    if (WORD.test(character)) return this.#identifier();
    if (code < 0x80 && code >= 0x20 && code < 0x7f) return this.#emit('char', 1);
    return this.#error(`unrecognized character in action: ${describeCharacter(code)}`);
  }

  #space(): Token {
    let length = 1;
    while (SPACE.test(this.text[this.#position + length] ?? '')) length++;
    // The last space may belong to ` -}}`.
    if (this.#at('-}}', length)) length--;
    return this.#emit('space', length);
  }

  #quoted(quote: string, kind: TokenKind, problem: string): Token {
    for (let i = this.#position + 1; ; i++) {
      let character = this.text[i];
      if (character === '\\') {
        i++;
        character = this.text[i];
        if (character !== undefined && character !== '\n') continue;
      }
      if (character === undefined || character === '\n') return this.#error(problem);
      if (character === quote) return this.#emit(kind, i + 1 - this.#position);
    }
  }

  #wordLength(start: number): number {
    let end = start;
    for (;;) {
      const code = this.text.codePointAt(end);
      if (code === undefined || !WORD.test(String.fromCodePoint(code))) return end - this.#position;
      end += code > 0xffff ? 2 : 1;
    }
  }

  /** Whether a word may end before the place. */
  #isTerminated(length: number): boolean {
    const next = this.text[this.#position + length];
    return next === undefined || SPACE.test(next) || '.,|:)('.includes(next) || this.#at('}}', length);
  }

  #badCharacter(length: number): Token {
    const code = this.text.codePointAt(this.#position + length)!;
    return this.#error(`bad character ${describeCharacter(code)}`);
  }

  #fieldOrVariable(kind: 'field' | 'variable'): Token {
    if (this.#isTerminated(1)) return this.#emit(kind === 'field' ? 'dot' : 'variable', 1);
    const length = this.#wordLength(this.#position + 1);
    return this.#isTerminated(length) ? this.#emit(kind, length) : this.#badCharacter(length);
  }

  #identifier(): Token {
    const length = this.#wordLength(this.#position);
    if (!this.#isTerminated(length)) return this.#badCharacter(length);
    const word = this.text.slice(this.#position, this.#position + length);
    if (KEYWORDS.has(word)) return this.#emit('keyword', length);
    if (word === 'nil') return this.#emit('nil', length);
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier', length);
  }

  #number(): Token {
    NUMBER.lastIndex = this.#position;
    let { length } = NUMBER.exec(this.text)![0];
    // A sign can only belong to a complex number.
    const isComplex = /[+-]/.test(this.text[this.#position + length] ?? '');
    if (isComplex) {
      NUMBER.lastIndex = this.#position + length;
      length += NUMBER.exec(this.text)![0].length;
    }
    const next = this.text.codePointAt(this.#position + length);
    if (next !== undefined && WORD.test(String.fromCodePoint(next))) {
      const end = length + String.fromCodePoint(next).length;
      return this.#error(`bad number syntax: ${quoteGo(this.text.slice(this.#position, this.#position + end))}`);
    }
    if (isComplex && this.text[this.#position + length - 1] !== 'i') {
      return this.#error(`bad number syntax: ${quoteGo(this.text.slice(this.#position, this.#position + length))}`);
    }
    return this.#emit('number', length);
  }
}

/** `U+0040 '@'`, as Go's `%#U`. */
function describeCharacter(code: number): string {
  const hex = code.toString(16).toUpperCase().padStart(4, '0');
  const character = String.fromCodePoint(code);
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character) ? `U+${hex} '${character}'` : `U+${hex}`;
}
