// Reads a regular expression in RE2's language, as Go's regexp/syntax reads it with its Perl flags, into a tree (node.ts). What Go refuses is
// refused with Go's text. Leaves character classes' contents to classes.ts.
import { allocate } from '../memory';
import { decodeRune, runeOf, sizeOf } from '../builtins/runes';
import { addPerl, addPosix, endGroup } from './classes';
import {
  MAX_HEIGHT,
  MAX_SIZE,
  NODE_ANY,
  NODE_ANY_NOT_NEWLINE,
  NODE_ASSERT,
  NODE_BAR,
  NODE_CAPTURE,
  NODE_CLASS,
  NODE_PAREN,
  NODE_PLUS,
  NODE_QUEST,
  NODE_REPEAT,
  NODE_RUNE,
  NODE_STAR,
  Node,
  alternate,
  clearStack,
  concatenate,
  hasOperand,
  newNode,
  pop,
  push,
  repeatsWithin,
  top,
  wrap,
} from './node';
import { MAX_RUNE, addRange, beginRanges, cleanRanges, negateRanges, rangeCount } from './ranges';
import { addNamed, nextFold } from './unicode';

// Assertions, also in programs.
export const BEGIN_LINE: u32 = 1;
export const END_LINE: u32 = 2;
export const BEGIN_TEXT: u32 = 4;
export const END_TEXT: u32 = 8;
export const WORD_BOUNDARY: u32 = 16;
export const NO_WORD_BOUNDARY: u32 = 32;

const FLAG_FOLD: u32 = 1;
const FLAG_MULTILINE: u32 = 2;
const FLAG_DOT_NEWLINE: u32 = 4;
const FLAG_LAZY: u32 = 8;

const MAX_REPEAT: i32 = 1000;

let start: usize = 0;
let at: usize = 0;
let end: usize = 0;
let flags: u32 = 0;

/** Groups of the pattern read last, without the whole. */
export let groupCount: u32 = 0;

/** What is wrong with the pattern read last, and the part of it that says so. */
export let faultText: string = '';
export let faultBytes: usize = 0;
export let faultLength: u32 = 0;

function refuse(text: string, from: usize, to: usize): bool {
  faultText = text;
  faultBytes = from;
  faultLength = <u32>(to - from);
  return false;
}

/** The tree of the pattern in `length` bytes at `bytes`; null when it is none: then the fault is there. */
export function parse(bytes: usize, length: u32): Node | null {
  start = bytes;
  at = bytes;
  end = bytes + length;
  flags = 0;
  groupCount = 0;
  clearStack();
  if (!parseAll()) return null;
  concatenate();
  alternate();
  const root = pop();
  if (top !== null) {
    refuse('missing closing )', start, end);
    return null;
  }
  if (root.height > MAX_HEIGHT) {
    refuse('expression nests too deeply', start, end);
    return null;
  }
  if (root.size > MAX_SIZE) {
    refuse('expression too large', start, end);
    return null;
  }
  return root;
}

function parseAll(): bool {
  // Where the repetition that has just been read begins; 0 when what has been read is none.
  let lastRepeat: usize = 0;
  while (at < end) {
    const before = at;
    const byte = <u32>load<u8>(at);
    let repeat: usize = 0;
    if (byte == 0x2a || byte == 0x2b || byte == 0x3f) {
      at++;
      const op = byte == 0x2a ? NODE_STAR : byte == 0x2b ? NODE_PLUS : NODE_QUEST;
      if (!repeatTop(op, 0, 0, before, lastRepeat)) return false;
      repeat = before;
    } else if (byte == 0x7b && readCounts()) {
      if (countMin < 0 || countMin > MAX_REPEAT || countMax > MAX_REPEAT || (countMax >= 0 && countMin > countMax)) {
        return refuse('invalid repeat count', before, at);
      }
      if (!repeatTop(NODE_REPEAT, countMin, countMax, before, lastRepeat)) return false;
      repeat = before;
    } else if (!parseAtom(byte)) {
      return false;
    }
    lastRepeat = repeat;
  }
  return true;
}

function parseAtom(byte: u32): bool {
  if (byte == 0x28) return parseParen();
  if (byte == 0x7c) {
    at++;
    concatenate();
    push(newNode(NODE_BAR));
    return true;
  }
  if (byte == 0x29) return parseRightParen();
  if (byte == 0x5b) return parseClass();
  if (byte == 0x5c) return parseBackslash();
  if (byte == 0x5e) return pushAssert(flags & FLAG_MULTILINE ? BEGIN_LINE : BEGIN_TEXT, 1);
  if (byte == 0x24) return pushAssert(flags & FLAG_MULTILINE ? END_LINE : END_TEXT, 1);
  if (byte == 0x2e) {
    at++;
    push(newNode(flags & FLAG_DOT_NEWLINE ? NODE_ANY : NODE_ANY_NOT_NEWLINE));
    return true;
  }
  if (!readRune()) return false;
  pushRune(runeRead);
  return true;
}

function pushAssert(assertion: u32, length: usize): bool {
  at += length;
  const node = newNode(NODE_ASSERT);
  node.a = assertion;
  push(node);
  return true;
}

let runeRead: u32 = 0;

/** Reads a code point into runeRead. */
function readRune(): bool {
  const decoded = decodeRune(at, end);
  if (sizeOf(decoded) == 1 && load<u8>(at) >= 0x80) return refuse('invalid UTF-8', start, end);
  at += sizeOf(decoded);
  runeRead = runeOf(decoded);
  return true;
}

function pushRune(rune: u32): void {
  if (!(flags & FLAG_FOLD) || nextFold(rune) == rune) {
    const node = newNode(NODE_RUNE);
    node.a = rune;
    push(node);
    return;
  }
  const node = newNode(NODE_CLASS);
  beginRanges();
  let other = rune;
  do {
    addRange(other, other);
    other = nextFold(other);
  } while (other != rune);
  pushClass(node);
}

/** Gives the class the ranges of the list, and the class to the stack. */
function pushClass(node: Node): void {
  cleanRanges(0);
  node.a = rangeCount;
  node.data = allocate((<usize>rangeCount) << 3);
  push(node);
}

/** `*`, `+`, `?` or `{…}`, which has been read from `before` on. */
function repeatTop(op: u32, min: i32, max: i32, before: usize, lastRepeat: usize): bool {
  let isLazy = (flags & FLAG_LAZY) != 0;
  if (at < end && load<u8>(at) == 0x3f) {
    at++;
    isLazy = !isLazy;
  }
  if (lastRepeat != 0) return refuse('invalid nested repetition operator', lastRepeat, at);
  if (!hasOperand()) return refuse('missing argument to repetition operator', before, at);
  wrap(op, min, max, isLazy);
  const node = top!;
  if (node.height > MAX_HEIGHT) return refuse('expression nests too deeply', start, end);
  if (op == NODE_REPEAT && (min >= 2 || max >= 2) && !repeatsWithin(node, MAX_REPEAT)) {
    return refuse('invalid repeat count', before, at);
  }
  return true;
}

let countMin: i32 = 0;
let countMax: i32 = 0;

/** Reads `{n}`, `{n,}` or `{n,m}`; false when a brace is only a brace. Numbers that are too big become -1. */
function readCounts(): bool {
  const before = at;
  at++;
  if (readCount()) {
    countMin = countRead;
    countMax = countRead;
    let isOne = true;
    if (at < end && load<u8>(at) == 0x2c) {
      at++;
      if (at < end && load<u8>(at) == 0x7d) countMax = -1;
      else if (!readCount()) isOne = false;
      else if (countRead < 0) countMin = -1;
      else countMax = countRead;
    }
    if (isOne && at < end && load<u8>(at) == 0x7d) {
      at++;
      return true;
    }
  }
  at = before;
  return false;
}

let countRead: i32 = 0;

function readCount(): bool {
  const first = at;
  let value: i32 = 0;
  while (at < end && <u32>load<u8>(at) - 0x30 < 10) {
    if (value >= 100000000) value = -1;
    if (value >= 0) value = value * 10 + (load<u8>(at) - 0x30);
    at++;
  }
  countRead = value;
  return at > first && (at == first + 1 || load<u8>(first) != 0x30);
}

function parseParen(): bool {
  if (at + 1 < end && load<u8>(at, 1) == 0x3f) return parseFlags();
  at++;
  openGroup(++groupCount);
  return true;
}

function openGroup(group: u32): void {
  const node = newNode(NODE_PAREN);
  node.a = group;
  node.flags = flags;
  push(node);
}

function parseRightParen(): bool {
  at++;
  concatenate();
  alternate();
  const inner = pop();
  if (top === null) return refuse('unexpected )', start, end);
  const paren = pop();
  flags = paren.flags;
  push(inner);
  if (paren.a == 0) return true;
  wrap(NODE_CAPTURE, paren.a, 0, false);
  if (top!.height > MAX_HEIGHT) return refuse('expression nests too deeply', start, end);
  return true;
}

/** `(?i)`, `(?i:`, `(?P<name>`, `(?<name>` */
function parseFlags(): bool {
  const before = at;
  const rest = end - at;
  const hasP = rest > 4 && load<u8>(at, 2) == 0x50 && load<u8>(at, 3) == 0x3c;
  if (hasP || (rest > 3 && load<u8>(at, 2) == 0x3c)) return parseNamed(before, hasP ? 4 : 3);
  at += 2;
  // `set` is turned on by the flags read, or off behind a minus.
  let set = flags;
  let isOff = false;
  let hasFlag = false;
  while (at < end) {
    if (!readRune()) return false;
    let flag: u32 = 0;
    let isOpposite = false;
    if (runeRead == 0x69) flag = FLAG_FOLD;
    else if (runeRead == 0x6d) flag = FLAG_MULTILINE;
    else if (runeRead == 0x73) flag = FLAG_DOT_NEWLINE;
    else if (runeRead == 0x55) flag = FLAG_LAZY;
    else if (runeRead == 0x2d && !isOff) {
      isOff = true;
      hasFlag = false;
      isOpposite = true;
    } else if ((runeRead == 0x3a || runeRead == 0x29) && (!isOff || hasFlag)) {
      if (runeRead == 0x3a) openGroup(0);
      flags = set;
      return true;
    }
    if (isOpposite) continue;
    if (flag == 0) break;
    hasFlag = true;
    set = isOff ? set & ~flag : set | flag;
  }
  return refuse('invalid or unsupported Perl syntax', before, at);
}

function parseNamed(before: usize, prefix: usize): bool {
  const name = before + prefix;
  let close = before;
  while (close < end && load<u8>(close) != 0x3e) close++;
  if (close == end) return refuse('invalid named capture', before, end);
  let isName = close > name;
  for (let each = name; each < close; each++) {
    const byte = <u32>load<u8>(each);
    if (byte != 0x5f && byte - 0x30 >= 10 && (byte | 0x20) - 0x61 >= 26) isName = false;
  }
  if (!isName) return refuse('invalid named capture', before, close + 1);
  at = close + 1;
  openGroup(++groupCount);
  return true;
}

function parseBackslash(): bool {
  const next = at + 1 < end ? <u32>load<u8>(at, 1) : 0;
  if (next == 0x41) return pushAssert(BEGIN_TEXT, 2);
  if (next == 0x62) return pushAssert(WORD_BOUNDARY, 2);
  if (next == 0x42) return pushAssert(NO_WORD_BOUNDARY, 2);
  if (next == 0x7a) return pushAssert(END_TEXT, 2);
  if (next == 0x43) return refuse('invalid escape sequence', at, at + 2);
  if (next == 0x51) return parseQuoted();
  if (next == 0x70 || next == 0x50 || isPerl(next)) {
    const node = newNode(NODE_CLASS);
    beginRanges();
    if (next == 0x70 || next == 0x50) {
      if (!parseUnicode()) return false;
    } else {
      at += 2;
      addPerl(next, (flags & FLAG_FOLD) != 0);
    }
    pushClass(node);
    return true;
  }
  if (!parseEscape()) return false;
  pushRune(runeRead);
  return true;
}

function isPerl(byte: u32): bool {
  const lower = byte | 0x20;
  return lower == 0x64 || lower == 0x73 || lower == 0x77;
}

/** `\Q…\E`, or up to the end. */
function parseQuoted(): bool {
  at += 2;
  while (at < end) {
    if (load<u8>(at) == 0x5c && at + 1 < end && load<u8>(at, 1) == 0x45) {
      at += 2;
      return true;
    }
    if (!readRune()) return false;
    pushRune(runeRead);
  }
  return true;
}

/** Adds the class of `\p{…}`, `\pN` and their opposites. */
function parseUnicode(): bool {
  const before = at;
  let isNegated = load<u8>(at, 1) == 0x50;
  at += 2;
  let name = at;
  let length: u32 = 0;
  if (at < end) {
    if (!readRune()) return false;
    length = <u32>(at - name);
    if (runeRead == 0x7b) {
      name = at;
      while (at < end && load<u8>(at) != 0x7d) at++;
      if (at == end) return refuse('invalid character class range', before, end);
      length = <u32>(at - name);
      at++;
    }
  }
  if (length > 0 && load<u8>(name) == 0x5e) {
    isNegated = !isNegated;
    name++;
    length--;
  }
  const first = rangeCount;
  if (!addNamed(name, length)) return refuse('invalid character class range', before, at);
  endGroup(first, (flags & FLAG_FOLD) != 0, isNegated);
  return true;
}

function unhex(rune: u32): u32 {
  if (rune - 0x30 < 10) return rune - 0x30;
  const lower = rune | 0x20;
  return lower - 0x61 < 6 ? lower - 0x61 + 10 : 16;
}

/** An escape that stands for one code point, which is left in runeRead. */
function parseEscape(): bool {
  const before = at;
  at++;
  if (at == end) return refuse('trailing backslash at end of expression', end, end);
  if (!readRune()) return false;
  const letter = runeRead;
  if (letter < 0x80 && letter - 0x30 >= 10 && (letter | 0x20) - 0x61 >= 26) return true;
  if (letter - 0x30 < 8) {
    // A single digit but 0 would be a back-reference.
    if (letter != 0x30 && (at == end || <u32>load<u8>(at) - 0x30 >= 8)) {
      return refuse('invalid escape sequence', before, at);
    }
    let value = letter - 0x30;
    for (let i = 1; i < 3 && at < end && <u32>load<u8>(at) - 0x30 < 8; i++) value = value * 8 + load<u8>(at++) - 0x30;
    runeRead = value;
    return true;
  }
  if (letter == 0x78) return parseHex(before);
  if (letter == 0x61) runeRead = 0x07;
  else if (letter == 0x66) runeRead = 0x0c;
  else if (letter == 0x6e) runeRead = 0x0a;
  else if (letter == 0x72) runeRead = 0x0d;
  else if (letter == 0x74) runeRead = 0x09;
  else if (letter == 0x76) runeRead = 0x0b;
  else return refuse('invalid escape sequence', before, at);
  return true;
}

/** What follows `\x`: two digits, or any number of them in braces. */
function parseHex(before: usize): bool {
  if (at == end) return refuse('invalid escape sequence', before, at);
  if (!readRune()) return false;
  let value = unhex(runeRead);
  if (runeRead == 0x7b) {
    value = 0;
    let digits = 0;
    while (at < end) {
      if (!readRune()) return false;
      if (runeRead == 0x7d) {
        if (digits == 0) break;
        runeRead = value;
        return true;
      }
      const digit = unhex(runeRead);
      if (digit > 15) break;
      value = value * 16 + digit;
      if (value > MAX_RUNE) break;
      digits++;
    }
    return refuse('invalid escape sequence', before, at);
  }
  if (at < end) {
    if (!readRune()) return false;
    const low = unhex(runeRead);
    if (value < 16 && low < 16) {
      runeRead = value * 16 + low;
      return true;
    }
  }
  return refuse('invalid escape sequence', before, at);
}

function parseClass(): bool {
  const before = at;
  const isFolded = (flags & FLAG_FOLD) != 0;
  const node = newNode(NODE_CLASS);
  beginRanges();
  at++;
  let isNegated = false;
  if (at < end && load<u8>(at) == 0x5e) {
    isNegated = true;
    at++;
  }
  for (let isFirst = true; isFirst || at == end || load<u8>(at) != 0x5d; isFirst = false) {
    if (at == end) return refuse('missing closing ]', before, end);
    const byte = <u32>load<u8>(at);
    const next = at + 1 < end ? <u32>load<u8>(at, 1) : 0;
    if (byte == 0x5b && next == 0x3a && at + 2 < end) {
      const close = closePosix();
      if (close != 0) {
        if (!parsePosix(close, isFolded)) return false;
        continue;
      }
    }
    if (byte == 0x5c && (next == 0x70 || next == 0x50)) {
      if (!parseUnicode()) return false;
      continue;
    }
    if (byte == 0x5c && isPerl(next)) {
      at += 2;
      addPerl(next, isFolded);
      continue;
    }
    if (!parseRange(before, isFolded)) return false;
  }
  at++;
  if (isNegated) {
    cleanRanges(0);
    negateRanges(0);
  }
  pushClass(node);
  return true;
}

/** A character of a class, or two with a minus between them. */
function parseRange(whole: usize, isFolded: bool): bool {
  const before = at;
  if (!parseClassRune(whole)) return false;
  const low = runeRead;
  // A minus before the bracket is one.
  if (at + 1 < end && load<u8>(at) == 0x2d && load<u8>(at, 1) != 0x5d) {
    at++;
    if (!parseClassRune(whole)) return false;
    if (runeRead < low) return refuse('invalid character class range', before, at);
  }
  const first = rangeCount;
  addRange(low, runeRead);
  endGroup(first, isFolded, false);
  return true;
}

function parseClassRune(whole: usize): bool {
  if (at == end) return refuse('missing closing ]', whole, end);
  return load<u8>(at) == 0x5c ? parseEscape() : readRune();
}

/** Address of the `:]` that closes a name, or 0. */
function closePosix(): usize {
  for (let each = at + 2; each + 1 < end; each++) {
    if (load<u8>(each) == 0x3a && load<u8>(each, 1) == 0x5d) return each;
  }
  return 0;
}

function parsePosix(close: usize, isFolded: bool): bool {
  const before = at;
  const isNegated = load<u8>(at, 2) == 0x5e;
  const name = at + (isNegated ? 3 : 2);
  at = close + 2;
  // `[:^:]` has no name at all.
  if (name > close || !addPosix(name, <u32>(close - name), isNegated, isFolded)) {
    return refuse('invalid character class range', before, at);
  }
  return true;
}
