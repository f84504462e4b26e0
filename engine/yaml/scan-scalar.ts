// The scalars of YAML: plain, quoted, literal and folded.
// Left to others: everything else in the text (scanner.ts).
import type { Cursor } from './characters.ts';
import type { Mark } from './token.ts';

/** White space and line breaks met within a scalar, until it is known what becomes of them. */
class Gap {
  whitespace = '';
  leadingBreak = '';
  trailingBreaks = '';
  #inBreaks = false;

  /** Whether a line break is in the gap. */
  get hasBreak(): boolean {
    return this.#inBreaks;
  }

  /** An escaped line break: what follows belongs to the next line, nothing is put in its place. */
  startLine(): void {
    this.#inBreaks = true;
  }

  /** Takes blanks and breaks at the cursor; `checkTab` may refuse a tab that stands for indentation. */
  take(cursor: Cursor, checkTab: () => void = () => {}): void {
    while (cursor.isBlank() || cursor.isBreak()) {
      if (cursor.isBlank()) {
        if (this.#inBreaks) checkTab();
        const blank = cursor.read();
        if (!this.#inBreaks) this.whitespace += blank;
      } else if (this.#inBreaks) {
        this.trailingBreaks += cursor.readBreak();
      } else {
        this.whitespace = '';
        this.leadingBreak = cursor.readBreak();
        this.#inBreaks = true;
      }
    }
  }

  /** What the gap folds to: a lone line feed is a space. Empties the gap. */
  fold(): string {
    let result = this.whitespace;
    if (this.#inBreaks) {
      const lone = this.leadingBreak.startsWith('\n');
      if (!lone) result = this.leadingBreak + this.trailingBreaks;
      else result = this.trailingBreaks === '' ? ' ' : this.trailingBreaks;
    }
    this.whitespace = '';
    this.leadingBreak = '';
    this.trailingBreaks = '';
    this.#inBreaks = false;
    return result;
  }
}

/** A scalar without quotes. `endsLine` tells whether line breaks follow it. */
export function scanPlain(cursor: Cursor, indent: number, inFlow: boolean): { value: string; endsLine: boolean } {
  const start = cursor.mark;
  const gap = new Gap();
  let value = '';
  const checkTab = (): void => {
    if (cursor.column < indent && cursor.peek() === '\t') {
      cursor.fail('found a tab character that violates indentation', start);
    }
  };
  for (;;) {
    if (cursor.isDocumentIndicator() || cursor.peek() === '#') break;
    while (!cursor.isBlankOrEnd()) {
      if (cursor.peek() === ':' && cursor.isBlankOrEnd(1)) break;
      if (inFlow && cursor.at(',?[]{}')) break;
      value += gap.fold() + cursor.read();
    }
    if (!cursor.isBlank() && !cursor.isBreak()) break;
    gap.take(cursor, checkTab);
    if (!inFlow && cursor.column < indent) break;
  }
  return { value, endsLine: gap.hasBreak };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
};

const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function scanEscape(cursor: Cursor, start: Mark): string {
  const letter = cursor.peek(1);
  const simple = ESCAPES[letter];
  const length = CODE_LENGTHS[letter];
  if (simple === undefined && length === undefined) cursor.fail('found unknown escape character', start);
  cursor.skip(2);
  if (length === undefined) return simple!;
  let digits = '';
  for (let i = 0; i < length; i++) {
    if (!/[0-9A-Fa-f]/.test(cursor.peek(i))) cursor.fail('did not find expected hexdecimal number', start);
    digits += cursor.peek(i);
  }
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) {
    cursor.fail('found invalid Unicode character escape code', start);
  }
  cursor.skip(length);
  return String.fromCodePoint(code);
}

/** A scalar in single or double quotes, the first of which is at the cursor. */
export function scanQuoted(cursor: Cursor): string {
  const start = cursor.mark;
  const quote = cursor.read();
  const single = quote === "'";
  let value = '';
  for (;;) {
    if (cursor.isDocumentIndicator()) cursor.fail('found unexpected document indicator', start);
    if (cursor.isEnd()) cursor.fail('found unexpected end of stream', start);
    const gap = new Gap();
    while (!cursor.isBlankOrEnd()) {
      if (single && cursor.peek() === "'" && cursor.peek(1) === "'") {
        value += "'";
        cursor.skip(2);
      } else if (cursor.peek() === quote) {
        break;
      } else if (!single && cursor.peek() === '\\' && cursor.isBreak(1)) {
        cursor.skip();
        cursor.readBreak();
        gap.startLine();
        break;
      } else if (!single && cursor.peek() === '\\') {
        value += scanEscape(cursor, start);
      } else {
        value += cursor.read();
      }
    }
    if (cursor.peek() === quote) {
      cursor.skip();
      return value;
    }
    gap.take(cursor);
    value += gap.fold();
  }
}

/** Line breaks before text of a block scalar; finds out the indentation when it is 0. */
function scanBreaks(
  cursor: Cursor,
  indent: number,
  parentIndent: number,
  start: Mark,
): { indent: number; breaks: string } {
  let deepest = 0;
  let breaks = '';
  for (;;) {
    while ((indent === 0 || cursor.column < indent) && cursor.peek() === ' ') cursor.skip();
    deepest = Math.max(deepest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && cursor.peek() === '\t') {
      cursor.fail('found a tab character where an indentation space is expected', start);
    }
    if (!cursor.isBreak()) break;
    breaks += cursor.readBreak();
  }
  return { indent: indent === 0 ? Math.max(deepest, parentIndent + 1, 1) : indent, breaks };
}

/** The indicators behind `|` or `>`: what to do with the line breaks at the end (`+`, `-`), and the indentation. */
function scanHeader(cursor: Cursor, start: Mark): { chomping: string; increment: number } {
  let chomping = '';
  let increment = 0;
  for (let i = 0; i < 2; i++) {
    if (chomping === '' && cursor.at('+-')) {
      chomping = cursor.read();
    } else if (increment === 0 && /[0-9]/.test(cursor.peek())) {
      if (cursor.peek() === '0') cursor.fail('found an indentation indicator equal to 0', start);
      increment = Number(cursor.read());
    }
  }
  cursor.skipBlanks();
  cursor.skipComment();
  if (!cursor.isBreakOrEnd()) cursor.fail('did not find expected comment or line break', start);
  cursor.readBreak();
  return { chomping, increment };
}

/** A literal (`|`) or folded (`>`) scalar; the indicator is at the cursor. */
export function scanBlock(cursor: Cursor, parentIndent: number): string {
  const start = cursor.mark;
  const literal = cursor.read() === '|';
  const { chomping, increment } = scanHeader(cursor, start);
  const wanted = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let { indent, breaks } = scanBreaks(cursor, wanted, parentIndent, start);
  let value = '';
  let leadingBreak = '';
  let leadingBlank = false;
  while (cursor.column === indent && !cursor.isEnd()) {
    const trailingBlank = cursor.isBlank();
    if (!literal && leadingBreak.startsWith('\n') && !leadingBlank && !trailingBlank) {
      if (breaks === '') value += ' ';
    } else {
      value += leadingBreak;
    }
    value += breaks;
    leadingBlank = trailingBlank;
    while (!cursor.isBreakOrEnd()) value += cursor.read();
    leadingBreak = cursor.readBreak();
    ({ indent, breaks } = scanBreaks(cursor, indent, parentIndent, start));
  }
  if (chomping !== '-') value += leadingBreak;
  if (chomping === '+') value += breaks;
  return value;
}
