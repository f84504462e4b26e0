// Literals of Go: quoted strings and character constants.
// Left to others: where they stand (lexer.ts).

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
};

const ESCAPE = /\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/y;

/** A code point or, when `isByte`, a byte at a place; undefined when the escape is malformed. */
function readOne(
  text: string,
  at: number,
  quote: string,
): { code: number; isByte: boolean; length: number } | undefined {
  const code = text.codePointAt(at)!;
  if (code !== 92) {
    if (code === quote.charCodeAt(0) || code === 10) return undefined;
    return { code, isByte: false, length: code > 0xffff ? 2 : 1 };
  }
  ESCAPE.lastIndex = at;
  const match = ESCAPE.exec(text);
  if (match === null) return undefined;
  const [{ length }, simple, hex, four, eight, octal] = match;
  if (simple !== undefined) {
    const otherQuote = quote === '"' ? "'" : '"';
    return simple === otherQuote ? undefined : { code: SIMPLE[simple]!, isByte: false, length };
  }
  if (hex !== undefined) return { code: Number.parseInt(hex, 16), isByte: true, length };
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 255 ? undefined : { code: byte, isByte: true, length };
  }
  const point = Number.parseInt((four ?? eight)!, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return undefined;
  return { code: point, isByte: false, length };
}

/** The text of a literal in double quotes or backquotes; undefined when it is malformed. */
export function unquote(literal: string): string | undefined {
  if (literal.startsWith('`')) return literal.slice(1, -1).replaceAll('\r', '');
  const body = literal.slice(1, -1);
  const bytes: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const one = readOne(body, at, '"');
    if (one === undefined) return undefined;
    bytes.push(one.isByte ? Buffer.of(one.code) : Buffer.from(String.fromCodePoint(one.code)));
    at += one.length;
  }
  return Buffer.concat(bytes).toString('utf8');
}

/** The number of a character constant; undefined when it is malformed. */
export function unquoteCharacter(literal: string): number | 'too long' | undefined {
  const body = literal.slice(1, -1);
  const one = body === '' ? undefined : readOne(body, 0, "'");
  if (one === undefined) return undefined;
  return one.length === body.length ? one.code : 'too long';
}
