// Checks JSON text the way Go's encoding/json does, so that faults get its messages: json.unmarshal's errors, json.is_valid.
// Leaves making values of it to the runtime's parser.
import { scratch } from '../memory';
import { putByte, putLiteral } from '../text-builder';
import { beginFault, endFault } from './operand';
import { putEscaped } from './rego-text';

/** Nesting that Go's decoder allows. */
const MOST_DEPTH: u32 = 10000;

// What scanValue came upon, for leaveFault.
const FAULT_END: u32 = 1;
const FAULT_DEPTH: u32 = 2;
const FAULT_VALUE: u32 = 3;
const FAULT_KEY: u32 = 4;
const FAULT_AFTER_KEY: u32 = 5;
const FAULT_AFTER_PAIR: u32 = 6;
const FAULT_AFTER_ITEM: u32 = 7;
const FAULT_STRING: u32 = 8;
const FAULT_ESCAPE: u32 = 9;
const FAULT_HEX: u32 = 10;
const FAULT_NUMBER: u32 = 11;
const FAULT_FRACTION: u32 = 12;
const FAULT_EXPONENT: u32 = 13;
const FAULT_LITERAL: u32 = 14;

let fault: u32 = 0;
let faultAt: usize = 0;
/** For FAULT_LITERAL: first letter of the word, and the letter that should have come. */
let faultWord: u32 = 0;
let faultWanted: u32 = 0;

/** Address behind white space from `at` on. */
export function skipSpace(at: usize, end: usize): usize {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d) break;
    at++;
  }
  return at;
}

/** Address behind the value that starts at or after `at`, or 0 when it is faulty: see leaveFault. */
export function scanValue(at: usize, end: usize): usize {
  // A byte per open bracket: which one it is.
  let depth: u32 = 0;
  const open = scratch(MOST_DEPTH + 1);
  while (true) {
    at = skipSpace(at, end);
    if (at == end) return noteEnd();
    const byte = <u32>load<u8>(at);
    if (byte == 0x5b || byte == 0x7b) {
      if (depth == MOST_DEPTH) return note(FAULT_DEPTH, at);
      store<u8>(open + depth++, byte);
      const inner = skipSpace(at + 1, end);
      if (inner == end) return noteEnd();
      if (load<u8>(inner) == byte + 2) {
        // Empty: `[` and `]`, `{` and `}` are two apart.
        depth--;
        at = inner + 1;
      } else if (byte == 0x5b) {
        at = inner;
        continue;
      } else {
        at = scanKey(inner, end);
        if (at == 0) return 0;
        continue;
      }
    } else {
      at = scanScalar(at, end);
      if (at == 0) return 0;
    }
    // Behind a value: close what ends here, go on where there is more.
    while (true) {
      if (depth == 0) return at;
      at = skipSpace(at, end);
      if (at == end) return noteEnd();
      const next = <u32>load<u8>(at);
      const bracket = <u32>load<u8>(open + depth - 1);
      if (next == bracket + 2) {
        depth--;
        at++;
        continue;
      }
      if (next != 0x2c) return note(bracket == 0x5b ? FAULT_AFTER_ITEM : FAULT_AFTER_PAIR, at);
      at++;
      if (bracket == 0x7b) {
        at = scanKey(skipSpace(at, end), end);
        if (at == 0) return 0;
      }
      break;
    }
  }
}

/** A key and its colon. */
function scanKey(at: usize, end: usize): usize {
  if (at == end) return noteEnd();
  if (load<u8>(at) != 0x22) return note(FAULT_KEY, at);
  at = scanString(at, end);
  if (at == 0) return 0;
  at = skipSpace(at, end);
  if (at == end) return noteEnd();
  return load<u8>(at) == 0x3a ? at + 1 : note(FAULT_AFTER_KEY, at);
}

/** A string, number, true, false or null. */
function scanScalar(at: usize, end: usize): usize {
  const byte = <u32>load<u8>(at);
  if (byte == 0x22) return scanString(at, end);
  if (byte == 0x2d || byte - 0x30 <= 9) return scanNumber(at, end);
  if (byte == 0x74) return scanWord(at, end, 'true');
  if (byte == 0x66) return scanWord(at, end, 'false');
  if (byte == 0x6e) return scanWord(at, end, 'null');
  return note(FAULT_VALUE, at);
}

/** A string, from its quote on. */
export function scanString(at: usize, end: usize): usize {
  for (at++; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == 0x22) return at + 1;
    if (byte < 0x20) return note(FAULT_STRING, at);
    if (byte != 0x5c) continue;
    if (++at == end) break;
    const escaped = <u32>load<u8>(at);
    if (escaped == 0x75) {
      for (let i = 0; i < 4; i++) {
        if (++at == end) return noteEnd();
        const digit = <u32>load<u8>(at);
        if (digit - 0x30 > 9 && (digit | 0x20) - 0x61 > 5) return note(FAULT_HEX, at);
      }
    } else if (
      escaped != 0x22 &&
      escaped != 0x5c &&
      escaped != 0x2f &&
      escaped != 0x62 &&
      escaped != 0x66 &&
      escaped != 0x6e &&
      escaped != 0x72 &&
      escaped != 0x74
    ) {
      return note(FAULT_ESCAPE, at);
    }
  }
  return noteEnd();
}

function scanNumber(at: usize, end: usize): usize {
  if (load<u8>(at) == 0x2d) at++;
  if (at == end) return noteEnd();
  const first = <u32>load<u8>(at);
  if (first - 0x30 > 9) return note(FAULT_NUMBER, at);
  at++;
  if (first != 0x30) at = skipDigits(at, end);
  if (at < end && load<u8>(at) == 0x2e) {
    if (++at == end) return noteEnd();
    if (<u32>load<u8>(at) - 0x30 > 9) return note(FAULT_FRACTION, at);
    at = skipDigits(at, end);
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (at < end && (load<u8>(at) == 0x2b || load<u8>(at) == 0x2d)) at++;
    if (at == end) return noteEnd();
    if (<u32>load<u8>(at) - 0x30 > 9) return note(FAULT_EXPONENT, at);
    at = skipDigits(at, end);
  }
  return at;
}

function skipDigits(at: usize, end: usize): usize {
  while (at < end && <u32>load<u8>(at) - 0x30 <= 9) at++;
  return at;
}

function scanWord(at: usize, end: usize, word: string): usize {
  for (let i = 1; i < word.length; i++) {
    if (at + i == end) return noteEnd();
    if (load<u8>(at + i) != <u32>word.charCodeAt(i)) {
      faultWord = load<u8>(at);
      faultWanted = word.charCodeAt(i);
      return note(FAULT_LITERAL, at + i);
    }
  }
  return at + word.length;
}

function note(kind: u32, at: usize): usize {
  fault = kind;
  faultAt = at;
  return 0;
}

function noteEnd(): usize {
  return note(FAULT_END, 0);
}

/** Leaves the error for what scanValue came upon. */
export function leaveFault(): void {
  beginFault();
  if (fault == FAULT_END) putLiteral('unexpected EOF');
  else if (fault == FAULT_DEPTH) putLiteral('exceeded max depth');
  else {
    putLiteral('invalid character ');
    putCharacter(load<u8>(faultAt));
    putByte(0x20);
    putContext();
  }
  endFault();
}

function putContext(): void {
  if (fault == FAULT_VALUE) putLiteral('looking for beginning of value');
  else if (fault == FAULT_KEY) putLiteral('looking for beginning of object key string');
  else if (fault == FAULT_AFTER_KEY) putLiteral('after object key');
  else if (fault == FAULT_AFTER_PAIR) putLiteral('after object key:value pair');
  else if (fault == FAULT_AFTER_ITEM) putLiteral('after array element');
  else if (fault == FAULT_STRING) putLiteral('in string literal');
  else if (fault == FAULT_ESCAPE) putLiteral('in string escape code');
  else if (fault == FAULT_HEX) putLiteral('in \\u hexadecimal character escape');
  else if (fault == FAULT_NUMBER) putLiteral('in numeric literal');
  else if (fault == FAULT_FRACTION) putLiteral('after decimal point in numeric literal');
  else if (fault == FAULT_EXPONENT) putLiteral('in exponent of numeric literal');
  else {
    putLiteral('in literal ');
    putLiteral(faultWord == 0x74 ? 'true' : faultWord == 0x66 ? 'false' : 'null');
    putLiteral(" (expecting '");
    putByte(faultWanted);
    putLiteral("')");
  }
}

/** A byte between single quotes, taken for a code point. */
export function putCharacter(byte: u32): void {
  putByte(0x27);
  if (byte == 0x27) putLiteral("\\'");
  else putEscaped(byte, byte == 0x22 ? 0x27 : 0x22);
  putByte(0x27);
}
