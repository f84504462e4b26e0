// The scanner of YAML 1.1: text to tokens, as libyaml does it, so that what it takes and what it refuses is the same.
// Left to others: scalars (scan-scalar.ts), tags and directives (scan-tag.ts), the grammar (parser.ts).
import { Cursor } from './characters.ts';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalar.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-tag.ts';
import type { Found } from './scan-tag.ts';
import type { Mark, Token, TokenKind } from './token.ts';

/** A place where a key without `?` may have begun; whether it is one shows only at the `:` behind it. */
interface SimpleKey {
  possible: boolean;
  readonly required: boolean;
  readonly tokenNumber: number;
  readonly mark: Mark;
}

/** A key without `?` is on one line and at most this long. */
const MAX_KEY_LENGTH = 1024;
const MAX_DEPTH = 10_000;

/** Hands out the tokens of one text, one after the other. Throws YamlError with libyaml's words. */
export class Scanner {
  readonly #cursor: Cursor;
  readonly #tokens: Token[] = [];
  /** Number of tokens handed out. */
  #taken = 0;
  #ended = false;
  #indent = -1;
  readonly #indents: number[] = [];
  #flowLevel = 0;
  #keyAllowed = true;
  readonly #keys: SimpleKey[];
  /** Index in `#keys` by the number of the token that would be the key. */
  readonly #keysByToken = new Map<number, number>();

  /** Throws YamlError when the text has control characters. */
  constructor(text: string) {
    this.#cursor = new Cursor(text);
    this.#keys = [this.#noKey()];
  }

  /** The next token, which stays. Throws YamlError. */
  peek(): Token {
    for (;;) {
      if (this.#tokens.length > 0) {
        const index = this.#keysByToken.get(this.#taken);
        if (index === undefined || !this.#isValid(this.#keys[index]!)) return this.#tokens[0]!;
      }
      this.#fetch();
    }
  }

  /** Takes the token that `peek` has shown. */
  skip(): void {
    this.#tokens.shift();
    this.#taken++;
  }

  get #nextNumber(): number {
    return this.#taken + this.#tokens.length;
  }

  #noKey(): SimpleKey {
    return { possible: false, required: false, tokenNumber: this.#nextNumber, mark: this.#cursor.mark };
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const cursor = this.#cursor;
    if (key.mark.line < cursor.line || key.mark.index + MAX_KEY_LENGTH < cursor.index) {
      if (key.required) cursor.fail("could not find expected ':'", key.mark);
      key.possible = false;
      return false;
    }
    return true;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    const cursor = this.#cursor;
    const required = this.#flowLevel === 0 && this.#indent === cursor.column;
    const key = { possible: true, required, tokenNumber: this.#nextNumber, mark: cursor.mark };
    this.#removeKey();
    this.#keys[this.#keys.length - 1] = key;
    this.#keysByToken.set(key.tokenNumber, this.#keys.length - 1);
  }

  #removeKey(): void {
    const key = this.#keys.at(-1)!;
    if (!key.possible) return;
    if (key.required) this.#cursor.fail("could not find expected ':'", key.mark);
    key.possible = false;
    this.#keysByToken.delete(key.tokenNumber);
  }

  #token(kind: TokenKind, start: Mark, found?: Found, plain = false): Token {
    return { kind, start, value: found?.value ?? '', handle: found?.handle ?? '', plain };
  }

  /** A token of `length` characters at the cursor. */
  #indicator(kind: TokenKind, length = 1): void {
    const start = this.#cursor.mark;
    this.#cursor.skip(length);
    this.#tokens.push(this.#token(kind, start));
  }

  /** Opens a block collection if the column is deeper than the indentation. */
  #rollIndent(column: number, number: number | undefined, kind: TokenKind, mark: Mark): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > MAX_DEPTH) this.#cursor.fail(`exceeded max depth of ${MAX_DEPTH}`, mark);
    this.#insert(number, this.#token(kind, mark));
  }

  /** Puts a token before the one with that number; at the end when that one is gone. */
  #insert(number: number | undefined, token: Token): void {
    const position = number === undefined ? -1 : number - this.#taken;
    this.#tokens.splice(position < 0 ? this.#tokens.length : position, 0, token);
  }

  #unrollIndent(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#tokens.push(this.#token('block-end', this.#cursor.mark));
      this.#indent = this.#indents.pop()!;
    }
  }

  #skipToToken(): void {
    const cursor = this.#cursor;
    for (;;) {
      // A tab may not stand for indentation.
      const tabs = this.#flowLevel > 0 || !this.#keyAllowed;
      while (cursor.peek() === ' ' || (tabs && cursor.peek() === '\t')) cursor.skip();
      cursor.skipComment();
      if (!cursor.isBreak()) return;
      cursor.readBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #fetch(): void {
    const cursor = this.#cursor;
    if (this.#ended) throw new Error('read past the end of a stream');
    this.#skipToToken();
    this.#unrollIndent(cursor.column);
    if (cursor.isEnd()) return this.#streamEnd();
    const character = cursor.peek();
    if (cursor.column === 0 && character === '%') return this.#directive();
    if (cursor.isDocumentIndicator()) return this.#documentIndicator(character);
    const blankNext = cursor.isBlankOrEnd(1);
    const inFlow = this.#flowLevel > 0;
    switch (character) {
      case '[':
        return this.#flowStart('flow-sequence-start');
      case '{':
        return this.#flowStart('flow-mapping-start');
      case ']':
        return this.#flowEnd('flow-sequence-end');
      case '}':
        return this.#flowEnd('flow-mapping-end');
      case ',':
        return this.#flowEntry();
      case '-':
        if (blankNext) return this.#blockEntry();
        break;
      case '?':
        if (inFlow || blankNext) return this.#key();
        break;
      case ':':
        if (inFlow || blankNext) return this.#value();
        break;
      case '*':
      case '&':
        return this.#saved(scanAnchor);
      case '!':
        return this.#saved(scanTag);
      case '|':
      case '>':
        if (!inFlow) return this.#blockScalar();
        break;
      case "'":
      case '"':
        return this.#saved((at) => ({ kind: 'scalar', value: scanQuoted(at), handle: '' }));
    }
    const special = cursor.isBlankOrEnd() || '-?:,[]{}#&*!|>\'"%@`'.includes(character);
    const dash = character === '-' && !cursor.isBlank(1);
    const mark = !inFlow && (character === '?' || character === ':') && !blankNext;
    if (special && !dash && !mark) cursor.fail('found character that cannot start any token', cursor.mark);
    this.#plainScalar();
  }

  #streamEnd(): void {
    const cursor = this.#cursor;
    if (cursor.column !== 0) {
      cursor.column = 0;
      cursor.line++;
    }
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#ended = true;
    this.#tokens.push(this.#token('stream-end', cursor.mark));
  }

  #directive(): void {
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    const start = this.#cursor.mark;
    const found = scanDirective(this.#cursor);
    this.#tokens.push(this.#token(found.kind, start, found));
  }

  #documentIndicator(character: string): void {
    this.#unrollIndent(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#indicator(character === '-' ? 'document-start' : 'document-end', 3);
  }

  #flowStart(kind: TokenKind): void {
    this.#saveKey();
    this.#keys.push(this.#noKey());
    this.#flowLevel++;
    if (this.#flowLevel > MAX_DEPTH) this.#cursor.fail(`exceeded max depth of ${MAX_DEPTH}`, this.#keys.at(-1)!.mark);
    this.#keyAllowed = true;
    this.#indicator(kind);
  }

  #flowEnd(kind: TokenKind): void {
    this.#removeKey();
    if (this.#flowLevel > 0) {
      this.#flowLevel--;
      // As in the reference, this also forgets an outer key when the collection is empty.
      this.#keysByToken.delete(this.#keys.pop()!.tokenNumber);
    }
    this.#keyAllowed = false;
    this.#indicator(kind);
  }

  #flowEntry(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    this.#indicator('flow-entry');
  }

  #blockEntry(): void {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) cursor.fail('block sequence entries are not allowed in this context', cursor.mark);
      this.#rollIndent(cursor.column, undefined, 'block-sequence-start', cursor.mark);
    }
    this.#removeKey();
    this.#keyAllowed = true;
    this.#indicator('block-entry');
  }

  #key(): void {
    const cursor = this.#cursor;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) cursor.fail('mapping keys are not allowed in this context', cursor.mark);
      this.#rollIndent(cursor.column, undefined, 'block-mapping-start', cursor.mark);
    }
    this.#removeKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#indicator('key');
  }

  #value(): void {
    const cursor = this.#cursor;
    const key = this.#keys.at(-1)!;
    if (this.#isValid(key)) {
      this.#insert(key.tokenNumber, this.#token('key', key.mark));
      this.#rollIndent(key.mark.column, key.tokenNumber, 'block-mapping-start', key.mark);
      key.possible = false;
      this.#keysByToken.delete(key.tokenNumber);
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) cursor.fail('mapping values are not allowed in this context', cursor.mark);
        this.#rollIndent(cursor.column, undefined, 'block-mapping-start', cursor.mark);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#indicator('value');
  }

  /** A token that may be a key. */
  #saved(scan: (cursor: Cursor) => Found): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.mark;
    const found = scan(this.#cursor);
    this.#tokens.push(this.#token(found.kind, start, found));
  }

  #blockScalar(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    const start = this.#cursor.mark;
    const value = scanBlock(this.#cursor, this.#indent);
    this.#tokens.push(this.#token('scalar', start, { kind: 'scalar', value, handle: '' }));
  }

  #plainScalar(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const start = this.#cursor.mark;
    const { value, endsLine } = scanPlain(this.#cursor, this.#indent + 1, this.#flowLevel > 0);
    this.#tokens.push(this.#token('scalar', start, { kind: 'scalar', value, handle: '' }, true));
    if (endsLine) this.#keyAllowed = true;
  }
}
