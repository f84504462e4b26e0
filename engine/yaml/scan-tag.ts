// Directives, tags, anchors and aliases of YAML.
// Left to others: everything else in the text (scanner.ts).
import type { Cursor } from './characters.ts';
import type { Mark, TokenKind } from './token.ts';

/** A token without its place. */
export interface Found {
  readonly kind: TokenKind;
  readonly value: string;
  readonly handle: string;
}

/** `%YAML 1.1` or `%TAG ! prefix`, up to and with the end of the line. */
export function scanDirective(cursor: Cursor): Found {
  const start = cursor.mark;
  cursor.skip();
  let name = '';
  while (cursor.isWord()) name += cursor.read();
  if (name === '') cursor.fail('could not find expected directive name', start);
  if (!cursor.isBlankOrEnd()) cursor.fail('found unexpected non-alphabetical character', start);
  let found: Found;
  if (name === 'YAML') found = { kind: 'version-directive', value: scanVersion(cursor, start), handle: '' };
  else if (name === 'TAG') found = scanTagDirective(cursor, start);
  else cursor.fail('found unknown directive name', start);
  cursor.skipBlanks();
  cursor.skipComment();
  if (!cursor.isBreakOrEnd()) cursor.fail('did not find expected comment or line break', start);
  cursor.readBreak();
  return found;
}

function scanVersion(cursor: Cursor, start: Mark): string {
  cursor.skipBlanks();
  const major = scanVersionNumber(cursor, start);
  if (cursor.peek() !== '.') cursor.fail("did not find expected digit or '.' character", start);
  cursor.skip();
  return `${major}.${scanVersionNumber(cursor, start)}`;
}

function scanVersionNumber(cursor: Cursor, start: Mark): number {
  let digits = '';
  while (/[0-9]/.test(cursor.peek())) {
    if (digits.length === 2) cursor.fail('found extremely long version number', start);
    digits += cursor.read();
  }
  if (digits === '') cursor.fail('did not find expected version number', start);
  return Number(digits);
}

function scanTagDirective(cursor: Cursor, start: Mark): Found {
  cursor.skipBlanks();
  const handle = scanHandle(cursor, true, start);
  if (!cursor.isBlank()) cursor.fail('did not find expected whitespace', start);
  cursor.skipBlanks();
  const value = scanUri(cursor, '', start);
  if (!cursor.isBlankOrEnd()) cursor.fail('did not find expected whitespace or line break', start);
  return { kind: 'tag-directive', value, handle };
}

/** `&name` or `*name`. */
export function scanAnchor(cursor: Cursor): Found {
  const start = cursor.mark;
  const kind = cursor.read() === '&' ? 'anchor' : 'alias';
  let value = '';
  while (cursor.isWord()) value += cursor.read();
  if (value === '' || !(cursor.isBlankOrEnd() || cursor.at('?:,]}%@`'))) {
    cursor.fail('did not find expected alphabetic or numeric character', start);
  }
  return { kind, value, handle: '' };
}

/** `!suffix`, `!handle!suffix`, `!<uri>` or `!` alone, which has no handle. */
export function scanTag(cursor: Cursor): Found {
  const start = cursor.mark;
  let handle = '';
  let value: string;
  if (cursor.peek(1) === '<') {
    cursor.skip(2);
    value = scanUri(cursor, '', start);
    if (cursor.peek() !== '>') cursor.fail("did not find the expected '>'", start);
    cursor.skip();
  } else {
    handle = scanHandle(cursor, false, start);
    if (handle.length > 1 && handle.endsWith('!')) {
      value = scanUri(cursor, '', start);
    } else {
      value = scanUri(cursor, handle, start);
      handle = '!';
      if (value === '') [handle, value] = [value, handle];
    }
  }
  if (!cursor.isBlankOrEnd()) cursor.fail('did not find expected whitespace or line break', start);
  return { kind: 'tag', value, handle };
}

function scanHandle(cursor: Cursor, directive: boolean, start: Mark): string {
  if (cursor.peek() !== '!') cursor.fail("did not find expected '!'", start);
  let handle = cursor.read();
  while (cursor.isWord()) handle += cursor.read();
  if (cursor.peek() === '!') handle += cursor.read();
  else if (directive && handle !== '!') cursor.fail("did not find expected '!'", start);
  return handle;
}

/** The rest of a tag whose beginning was taken for a handle. */
function scanUri(cursor: Cursor, head: string, start: Mark): string {
  let uri = head.slice(1);
  let found = head !== '';
  while (cursor.isWord() || cursor.at(";/?:@&=+$,.!~*'()[]%")) {
    uri += cursor.peek() === '%' ? scanOctets(cursor, start) : cursor.read();
    found = true;
  }
  if (!found) cursor.fail('did not find expected tag URI', start);
  return uri;
}

/** One character written as percent-encoded UTF-8. */
function scanOctets(cursor: Cursor, start: Mark): string {
  const octets: number[] = [];
  let length = 0;
  do {
    const digits = cursor.peek(1) + cursor.peek(2);
    if (cursor.peek() !== '%' || !/^[0-9A-Fa-f]{2}$/.test(digits)) cursor.fail('did not find URI escaped octet', start);
    const octet = Number.parseInt(digits, 16);
    if (octets.length === 0) {
      length = octet < 0x80 ? 1 : octet >> 5 === 6 ? 2 : octet >> 4 === 14 ? 3 : octet >> 3 === 30 ? 4 : 0;
      if (length === 0) cursor.fail('found an incorrect leading UTF-8 octet', start);
    } else if (octet >> 6 !== 2) {
      cursor.fail('found an incorrect trailing UTF-8 octet', start);
    }
    octets.push(octet);
    cursor.skip(3);
  } while (octets.length < length);
  return new TextDecoder().decode(Uint8Array.from(octets));
}
