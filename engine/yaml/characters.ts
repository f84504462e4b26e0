// Classes of characters in YAML 1.1, and a cursor over the text that keeps line and column.
// Left to others: tokens (scanner.ts, scan-scalar.ts, scan-tag.ts).
import type { Mark } from './token.ts';
import { errorAt, YamlError } from './token.ts';

/** What YAML 1.1 does not let stand in a text, not even in quotes. */
const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** The text under the cursor; the end reads as an empty string. */
export class Cursor {
  readonly text: string;
  index = 0;
  line = 0;
  column = 0;

  /** Throws YamlError when the text has control characters. */
  constructor(text: string) {
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text;
    if (CONTROL.test(this.text)) throw new YamlError('yaml: control characters are not allowed');
  }

  get mark(): Mark {
    return { index: this.index, line: this.line, column: this.column };
  }

  /** The character at an offset from the cursor. */
  peek(offset = 0): string {
    return this.text.charAt(this.index + offset);
  }

  at(characters: string, offset = 0): boolean {
    const character = this.peek(offset);
    return character !== '' && characters.includes(character);
  }

  isEnd(offset = 0): boolean {
    return this.index + offset >= this.text.length;
  }

  isBlank(offset = 0): boolean {
    const character = this.peek(offset);
    return character === ' ' || character === '\t';
  }

  isBreak(offset = 0): boolean {
    return this.at('\n\r\x85\u2028\u2029', offset);
  }

  isBreakOrEnd(offset = 0): boolean {
    return this.isEnd(offset) || this.isBreak(offset);
  }

  isBlankOrEnd(offset = 0): boolean {
    return this.isBlank(offset) || this.isBreakOrEnd(offset);
  }

  /** Letters, digits, `_` and `-`: what anchors and handles are made of. */
  isWord(offset = 0): boolean {
    return /[0-9A-Za-z_-]/.test(this.peek(offset));
  }

  /** `---` or `...` at the start of a line. */
  isDocumentIndicator(): boolean {
    if (this.column !== 0) return false;
    const three = this.text.slice(this.index, this.index + 3);
    return (three === '---' || three === '...') && this.isBlankOrEnd(3);
  }

  /** Moves on by one character, which is no line break. */
  skip(count = 1): void {
    this.index += count;
    this.column += count;
  }

  /** Takes one character, which is no line break. */
  read(): string {
    const code = this.text.codePointAt(this.index)!;
    const character = String.fromCodePoint(code);
    this.index += character.length;
    this.column++;
    return character;
  }

  /** Takes a line break, if there is one; CR LF, CR, LF and NEL read as a line feed. */
  readBreak(): string {
    if (!this.isBreak()) return '';
    const character = this.peek();
    this.index += character === '\r' && this.peek(1) === '\n' ? 2 : 1;
    this.line++;
    this.column = 0;
    return character === '\u2028' || character === '\u2029' ? character : '\n';
  }

  skipBlanks(): void {
    while (this.isBlank()) this.skip();
  }

  skipComment(): void {
    if (this.peek() !== '#') return;
    while (!this.isBreakOrEnd()) this.skip();
  }

  /** Fails at the cursor. */
  fail(problem: string, context?: Mark): never {
    throw errorAt(problem, this.mark, context, true);
  }
}
