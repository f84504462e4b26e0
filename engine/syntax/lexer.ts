// Turns source text into a flat table of tokens and a list of comments, in one pass and in linear time.
// Escapes are decoded and keywords resolved by the parser.
import { T, WORDS } from './tokens.ts';
import type { Token } from './tokens.ts';

/** Whitespace (or a comment and whitespace) stands before the token. */
export const SPACE_BEFORE = 1;
/** A line break stands between the token and the one before. */
export const NEWLINE_BEFORE = 2;

/** A comment: `#` to the end of the line, without a carriage return. */
export interface LexedComment {
  readonly offset: number;
  readonly end: number;
  readonly row: number;
  readonly col: number;
}

/** The tokens of a file in columns. The last token is always `eof`. */
export interface TokenTable {
  readonly source: string;
  readonly count: number;
  readonly kind: Uint8Array;
  readonly offset: Int32Array;
  readonly end: Int32Array;
  readonly row: Int32Array;
  readonly col: Int32Array;
  readonly flags: Uint8Array;
  readonly comments: readonly LexedComment[];
  /** Lexical faults of a token, in order; such a token has kind `illegal`. */
  readonly faults: ReadonlyMap<number, readonly string[]>;
}

const NUL = 0;
const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const BACKSLASH = 92;
const BACKQUOTE = 96;
const LBRACE = 123;
const RBRACE = 125;
const BOM = 0xfeff;
const END = -1;
const LONGEST_KEYWORD = 8;

/** By character: the token that it is by itself; -1 for others. */
const SINGLE = byCharacter([
  [0x5b, T.lbrack],
  [0x5d, T.rbrack],
  [0x28, T.lparen],
  [0x29, T.rparen],
  [0x2c, T.comma],
  [0x2b, T.add],
  [0x2d, T.sub],
  [0x2a, T.mul],
  [0x2f, T.quo],
  [0x25, T.rem],
  [0x26, T.and],
  [0x7c, T.or],
  [0x3b, T.semicolon],
  [DOT, T.dot],
  [LBRACE, T.lbrace],
  [RBRACE, T.rbrace],
]);

/** Operators that may be followed by `=`: without it, and with it. */
const BEFORE_EQUALS = byCharacter([
  [0x3a, T.colon],
  [0x3d, T.unify],
  [0x3e, T.gt],
  [0x3c, T.lt],
]);
const WITH_EQUALS = byCharacter([
  [0x3a, T.assign],
  [0x3d, T.equal],
  [0x3e, T.gte],
  [0x3c, T.lte],
]);

function byCharacter(tokens: readonly (readonly [number, Token])[]): Int8Array {
  const table = new Int8Array(0x80).fill(-1);
  for (const [character, token] of tokens) table[character] = token;
  return table;
}

/** By character: 1 where names may go on with it. */
const NAME_PART = Uint8Array.from({ length: 0x80 }, (_, c) => (isLetter(c) || isDecimal(c) ? 1 : 0));

/** By the length of a word, a bit for each letter of the alphabet that a keyword of that length begins with. */
const KEYWORD_LETTERS = new Int32Array(LONGEST_KEYWORD + 1);
for (const word of WORDS.keys()) KEYWORD_LETTERS[word.length]! |= 1 << (word.charCodeAt(0) - 97);

function mayBeKeyword(first: number, length: number): boolean {
  return length <= LONGEST_KEYWORD && first >= 97 && ((KEYWORD_LETTERS[length]! >> (first - 97)) & 1) === 1;
}

const SIMPLE_ESCAPES = new Set([...'\\"/bfnrt'].map((c) => c.charCodeAt(0)));

function isLetter(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95;
}

function isDecimal(c: number): boolean {
  return c >= ZERO && c <= NINE;
}

function isExponentMark(c: number): boolean {
  return c === 101 || c === 69;
}

function isIdentifierPart(c: number): boolean {
  return isLetter(c) || isDecimal(c) || (c >= 0x80 && /\p{Nd}/u.test(String.fromCodePoint(c)));
}

/**
 * The tokens of `source`. A byte-order mark at the start counts as one column and is skipped. Never throws: faults are
 * kept with the token in which they were met. A lone surrogate stands for bytes that are not UTF-8.
 */
export function lex(source: string): TokenTable {
  return new Lexer(source).run();
}

class Lexer {
  private readonly source: string;
  /** The character under the cursor (a code point, or END), its position and the position after it. */
  private curr = END;
  private at = 0;
  private next = 0;
  private row = 1;
  private col = 0;
  /** Faults met since the last token was closed. */
  private pending: string[] = [];

  private count = 0;
  private kind = new Uint8Array(256);
  private offset = new Int32Array(256);
  private end = new Int32Array(256);
  private rows = new Int32Array(256);
  private cols = new Int32Array(256);
  private flags = new Uint8Array(256);
  private readonly comments: LexedComment[] = [];
  private readonly faults = new Map<number, readonly string[]>();

  constructor(source: string) {
    this.source = source;
  }

  run(): TokenTable {
    this.advance();
    if (this.curr === BOM) this.advance();
    // One entry per open template expression: the number of braces open in it, and whether the string is raw.
    const templates: { depth: number; raw: boolean }[] = [];
    let flags = 0;
    for (;;) {
      const offset = this.at;
      const row = this.row;
      const col = this.col;
      const c = this.curr;
      if (c === SPACE || c === TAB || c === LF || c === CR) {
        this.advance();
        flags |= c === LF ? SPACE_BEFORE | NEWLINE_BEFORE : SPACE_BEFORE;
        if (this.pending.length > 0) {
          this.push(T.illegal, offset, row, col, flags);
          flags = 0;
        }
        continue;
      }
      if (c === HASH) {
        this.comment(offset, row, col);
        // A comment whose text has a bad character becomes an illegal token.
        if (this.pending.length > 0) {
          this.push(T.illegal, offset, row, col, flags);
          flags = 0;
        }
        continue;
      }
      const token = this.token();
      this.push(token, offset, row, col, flags);
      flags = 0;
      if (token === T.eof) break;
      const open = templates.at(-1);
      if (token === T.templatePart || token === T.rawTemplatePart) {
        templates.push({ depth: 0, raw: token === T.rawTemplatePart });
      } else if (open !== undefined && token === T.lbrace) {
        open.depth++;
      } else if (open !== undefined && token === T.rbrace) {
        if (open.depth > 0) open.depth--;
        else this.continueTemplate(templates);
      }
    }
    return {
      source: this.source,
      count: this.count,
      kind: this.kind,
      offset: this.offset,
      end: this.end,
      row: this.rows,
      col: this.cols,
      flags: this.flags,
      comments: this.comments,
      faults: this.faults,
    };
  }

  /** The text between the `}` of a template expression and the next `{` or the closing quote. */
  private continueTemplate(templates: { depth: number; raw: boolean }[]): void {
    const open = templates.pop();
    if (open === undefined) return;
    const { at, row, col } = this;
    const token = this.template(open.raw);
    this.push(token, at, row, col, 0);
    if (token === T.templatePart || token === T.rawTemplatePart) templates.push({ depth: 0, raw: open.raw });
  }

  private push(token: Token, offset: number, row: number, col: number, flags: number): void {
    if (this.count === this.kind.length) this.grow();
    const i = this.count++;
    if (this.pending.length > 0) {
      this.faults.set(i, this.pending);
      this.pending = [];
      this.kind[i] = T.illegal;
    } else {
      this.kind[i] = token;
    }
    this.offset[i] = offset;
    this.end[i] = this.at;
    this.rows[i] = row;
    this.cols[i] = col;
    this.flags[i] = flags;
  }

  private grow(): void {
    const size = this.kind.length * 2;
    const bytes = (old: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => {
      const grown = new Uint8Array(size);
      grown.set(old);
      return grown;
    };
    const words = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
      const grown = new Int32Array(size);
      grown.set(old);
      return grown;
    };
    this.kind = bytes(this.kind);
    this.flags = bytes(this.flags);
    this.offset = words(this.offset);
    this.end = words(this.end);
    this.rows = words(this.rows);
    this.cols = words(this.cols);
  }

  /** Moves the cursor to the next character. At the end the column stays where it was. */
  private advance(): void {
    const { source } = this;
    this.at = this.next;
    if (this.at >= source.length) {
      this.at = source.length;
      this.curr = END;
      return;
    }
    let c = source.charCodeAt(this.at);
    this.next = this.at + 1;
    if (c >= 0x80) {
      if (c >= 0xd800 && c <= 0xdfff) {
        const low = c < 0xdc00 ? source.charCodeAt(this.next) : 0;
        if (low >= 0xdc00 && low <= 0xdfff) {
          c = (c - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
          this.next++;
        } else {
          this.pending.push('illegal utf-8 character');
        }
      } else if (c === BOM && this.at > 0) {
        this.pending.push('illegal byte-order mark');
      }
    } else if (c === NUL) {
      this.pending.push('illegal null character');
    }
    this.curr = c;
    if (c === LF) {
      this.row++;
      this.col = 0;
    } else {
      this.col++;
    }
  }

  private token(): Token {
    const c = this.curr;
    if (isLetter(c)) return this.word();
    if (isDecimal(c)) return this.number();
    this.advance();
    if (c >= 0 && c < 0x80) {
      if (SINGLE[c]! >= 0) return SINGLE[c]! as Token;
      if (BEFORE_EQUALS[c]! >= 0) {
        if (this.curr !== 0x3d) return BEFORE_EQUALS[c]! as Token;
        this.advance();
        return WITH_EQUALS[c]! as Token;
      }
    }
    switch (c) {
      case END:
        return T.eof;
      case QUOTE:
        return this.string();
      case BACKQUOTE:
        return this.rawString();
      case 0x21:
        if (this.curr === 0x3d) {
          this.advance();
          return T.neq;
        }
        this.pending.push('illegal ! character');
        return T.illegal;
      case DOLLAR:
        if (this.curr === QUOTE || this.curr === BACKQUOTE) {
          const raw = this.curr === BACKQUOTE;
          this.advance();
          return this.template(raw);
        }
        this.pending.push('illegal $ character');
        return T.illegal;
      default:
        return T.illegal;
    }
  }

  private word(): Token {
    const start = this.at;
    const first = this.curr;
    this.skipNameParts();
    while (isIdentifierPart(this.curr)) this.advance();
    if (!mayBeKeyword(first, this.at - start)) return T.ident;
    return WORDS.get(this.source.slice(start, this.at)) ?? T.ident;
  }

  /** Passes over the letters, digits and underscores that follow the character under the cursor, and ends on the last of them. */
  private skipNameParts(): void {
    const { source } = this;
    let end = this.next;
    while (end < source.length && NAME_PART[source.charCodeAt(end)] === 1) end++;
    if (end === this.next) return;
    this.col += end - this.next;
    this.at = end - 1;
    this.curr = source.charCodeAt(this.at);
    this.next = end;
  }

  private number(): Token {
    this.digits();
    if (this.curr === DOT) {
      this.advance();
      if (!this.digits()) this.pending.push('expected fraction');
    }
    if (isExponentMark(this.curr)) {
      this.advance();
      if (this.curr === 0x2b || this.curr === 0x2d) this.advance();
      if (!this.digits()) this.pending.push('expected exponent');
    }
    if (isLetter(this.curr)) {
      this.pending.push('illegal number format');
      while (isIdentifierPart(this.curr)) this.advance();
    }
    return T.number;
  }

  private digits(): boolean {
    const start = this.at;
    while (isDecimal(this.curr)) this.advance();
    return this.at > start;
  }

  /** After a backslash: steps over the escape. Four characters follow `\u`, whatever they are; decoding checks them. */
  private escape(): void {
    if (SIMPLE_ESCAPES.has(this.curr)) {
      this.advance();
    } else if (this.curr === 0x75) {
      for (let i = 0; i < 4; i++) this.advance();
    } else {
      this.pending.push('illegal escape sequence');
    }
  }

  private string(): Token {
    for (;;) {
      const c = this.curr;
      if (c === LF || c === END) {
        this.pending.push('non-terminated string');
        return T.string;
      }
      this.advance();
      if (c === QUOTE) return T.string;
      if (c === BACKSLASH) this.escape();
    }
  }

  private rawString(): Token {
    for (;;) {
      const c = this.curr;
      this.advance();
      if (c === BACKQUOTE) return T.rawString;
      if (c === END) {
        this.pending.push('non-terminated string');
        return T.rawString;
      }
    }
  }

  private template(raw: boolean): Token {
    const quote = raw ? BACKQUOTE : QUOTE;
    for (;;) {
      const c = this.curr;
      if (c === END || (c === LF && !raw)) {
        this.pending.push('non-terminated string');
        return T.illegal;
      }
      this.advance();
      if (c === quote) return raw ? T.rawTemplateEnd : T.templateEnd;
      if (c === LBRACE) return raw ? T.rawTemplatePart : T.templatePart;
      if (c !== BACKSLASH) continue;
      if (this.curr === LBRACE) this.advance();
      else if (!raw) this.escape();
    }
  }

  private comment(offset: number, row: number, col: number): void {
    while (this.curr !== LF && this.curr !== END) this.advance();
    const end = this.source.charCodeAt(this.at - 1) === CR ? this.at - 1 : this.at;
    this.comments.push({ offset, end, row, col });
  }
}
