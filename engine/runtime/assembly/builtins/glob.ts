// `glob.match` and `glob.quote_meta`: patterns in the language of gobwas/glob, which OPA uses.
// A pattern becomes a small program, whose states are all followed at once unless the pattern is simple enough to need but
// one at a time; so time is bounded by pattern × text.
//
// Text, `\x`, `?` (one code point, no delimiter), `*` (any run without delimiters), `**` (any run), `[abc]`, `[!abc]`,
// `[a-z]`, `[!a-z]`, `{one,two}`; braces nest, and one left open closes at the end. As in gobwas/glob, a list or a range
// is either, never both, and U+0000 ends a pattern.
import { ArrayValue, arrayItem } from '../array';
import { scratch } from '../memory';
import { StringValue, stringBytes } from '../string';
import { beginText, endText, putByte, putCodePoint, putLiteral } from '../text-builder';
import { KIND_ARRAY, KIND_NULL, KIND_STRING, Value, booleanValue, kindOf } from '../value';
import { beginFault, endFault, fail, failElement, failKind, stringOperand } from './operand';
import { REPLACEMENT, decodeLastRune, decodeRune, runeCount, runeOf, sizeOf } from './runes';

/** One step of the program. */
@unmanaged
class Step {
  op: u32;
  a: u32;
  b: u32;
  not: u32;
}

const STEP_SIZE: usize = 16;

/** Ends the text. */
const OP_END: u32 = 0;
/** The code point `a`. */
const OP_RUNE: u32 = 1;
/** Any code point but a delimiter. */
const OP_ONE: u32 = 2;
/** Any run without delimiters. */
const OP_STAR: u32 = 3;
/** Any run. */
const OP_SUPER: u32 = 4;
/** A code point from `a` to `b`, or outside when `not`. */
const OP_RANGE: u32 = 5;
/** A code point of the list in the `b` bytes of the pattern at `a`, or none of them when `not`. */
const OP_LIST: u32 = 6;
/** Goes on at step `a` and, unless it is NOWHERE, at `b`. */
const OP_FORK: u32 = 7;

const NOWHERE: u32 = 0xffffffff;

/** A brace that is open: its last fork, and the last of the jumps to its end, chained by `b`. */
@unmanaged
class Brace {
  fork: u32;
  jumps: u32;
}

const BRACE_SIZE: usize = 8;

let steps: usize = 0;
let stepCount: u32 = 0;
let delimiters: usize = 0;
let delimiterCount: u32 = 0;

// Steps being followed at this code point and at the next: lists, and for each step the round in which it was last listed.
let now: usize = 0;
let nowCount: u32 = 0;
let nowMarks: usize = 0;
let next: usize = 0;
let nextCount: u32 = 0;
let nextMarks: usize = 0;

export function builtin_glob_match(pattern: Value, separators: Value, text: Value): Value | null {
  const glob = stringOperand(pattern, 1);
  if (glob === null) return null;
  const kind = kindOf(separators);
  if (kind != KIND_NULL && kind != KIND_ARRAY) return failKind(2, (KIND_ARRAY << 4) | KIND_NULL, separators);
  const array = changetype<ArrayValue>(separators);
  const given = kind == KIND_ARRAY ? array.count : 0;
  for (let i: u32 = 0; i < given; i++) {
    const item = arrayItem(array, i);
    if (kindOf(item) != KIND_STRING) return failElement(2, separators, item, 'string');
    if (runeCount(changetype<StringValue>(item)) != 1) return failElement(2, separators, item, 'rune');
  }
  const subject = stringOperand(text, 3);
  if (subject === null) return null;

  // Every byte of the pattern makes two steps at most, and the end one more.
  const most = ((<usize>glob.length) << 1) + 1;
  delimiters = scratch((<usize>given + 1) * 4 + most * (STEP_SIZE + 16) + <usize>glob.length * BRACE_SIZE);
  delimiterCount = 0;
  for (let i: u32 = 0; i < given; i++) {
    const bytes = stringBytes(changetype<StringValue>(arrayItem(array, i)));
    addDelimiter(runeOf(decodeRune(bytes, bytes + changetype<StringValue>(arrayItem(array, i)).length)));
  }
  if (kind == KIND_ARRAY && given == 0) addDelimiter(0x2e);
  steps = delimiters + (<usize>given + 1) * 4;
  now = steps + most * STEP_SIZE;
  nowMarks = now + most * 4;
  next = nowMarks + most * 4;
  nextMarks = next + most * 4;
  if (!compile(glob, nextMarks + most * 4)) return null;
  return booleanValue(follow(subject));
}

function addDelimiter(rune: u32): void {
  store<u32>(delimiters + ((<usize>delimiterCount) << 2), rune);
  delimiterCount++;
}

function isDelimiter(rune: u32): bool {
  for (let i: u32 = 0; i < delimiterCount; i++) {
    if (load<u32>(delimiters + ((<usize>i) << 2)) == rune) return true;
  }
  return false;
}

function stepAt(index: u32): Step {
  return changetype<Step>(steps + <usize>index * STEP_SIZE);
}

function addStep(op: u32, a: u32, b: u32, not: u32): void {
  const step = stepAt(stepCount++);
  step.op = op;
  step.a = a;
  step.b = b;
  step.not = not;
}

/** Turns the pattern into steps; false when it is none, with the error left. `braces` is room for the open ones. */
function compile(pattern: StringValue, braces: usize): bool {
  let at = stringBytes(pattern);
  const end = at + pattern.length;
  let depth: usize = 0;
  stepCount = 0;
  while (at < end) {
    const decoded = decodeRune(at, end);
    let rune = runeOf(decoded);
    if (rune == 0) break;
    if (rune == REPLACEMENT) return refuse('could not read rune');
    at += sizeOf(decoded);
    if (rune == 0x7b) {
      const brace = changetype<Brace>(braces + depth++ * BRACE_SIZE);
      brace.fork = stepCount;
      brace.jumps = NOWHERE;
      addStep(OP_FORK, stepCount + 1, NOWHERE, 0);
    } else if (depth > 0 && rune == 0x2c) {
      const brace = changetype<Brace>(braces + (depth - 1) * BRACE_SIZE);
      addStep(OP_FORK, 0, brace.jumps, 0);
      brace.jumps = stepCount - 1;
      stepAt(brace.fork).b = stepCount;
      brace.fork = stepCount;
      addStep(OP_FORK, stepCount + 1, NOWHERE, 0);
    } else if (depth > 0 && rune == 0x7d) {
      closeBrace(changetype<Brace>(braces + --depth * BRACE_SIZE));
    } else if (rune == 0x5b) {
      at = compileRange(at, end);
      if (at == 0) return false;
    } else if (rune == 0x3f) {
      addStep(OP_ONE, 0, 0, 0);
    } else if (rune == 0x2a) {
      if (at < end && load<u8>(at) == 0x2a) {
        at++;
        addStep(OP_SUPER, 0, 0, 0);
      } else addStep(OP_STAR, 0, 0, 0);
    } else {
      if (rune == 0x5c) {
        if (at == end) break;
        const escaped = decodeRune(at, end);
        rune = runeOf(escaped);
        if (rune == 0) break;
        if (rune == REPLACEMENT) return refuse('could not read rune');
        at += sizeOf(escaped);
      }
      addStep(OP_RUNE, rune, 0, 0);
    }
  }
  while (depth > 0) closeBrace(changetype<Brace>(braces + --depth * BRACE_SIZE));
  addStep(OP_END, 0, 0, 0);
  return true;
}

/** Sends the jumps of all alternatives here. */
function closeBrace(brace: Brace): void {
  for (let jump = brace.jumps; jump != NOWHERE;) {
    const step = stepAt(jump);
    jump = step.b;
    step.a = stepCount;
    step.b = NOWHERE;
  }
}

/** Reads what follows `[`; returns where it ends, 0 when it is faulty. */
function compileRange(start: usize, end: usize): usize {
  let at = start;
  let not: u32 = 0;
  if (at < end && load<u8>(at) == 0x21) {
    not = 1;
    at++;
  }
  const first = readRune(at, end);
  if (runeOf(first) == 0) return cutShort();
  const afterFirst = at + sizeOf(first);
  if (afterFirst < end && load<u8>(afterFirst) == 0x2d) {
    const last = readRune(afterFirst + 1, end);
    if (runeOf(last) == 0) return cutShort();
    at = afterFirst + 1 + sizeOf(last);
    const close = readRune(at, end);
    if (runeOf(close) == 0) return cutShort();
    if (runeOf(close) != 0x5d) {
      refuse('expected close range character');
      return 0;
    }
    if (runeOf(last) < runeOf(first)) {
      refuseRange(runeOf(last), runeOf(first));
      return 0;
    }
    addStep(OP_RANGE, runeOf(first), runeOf(last), not);
    return at + 1;
  }
  const list = at;
  while (true) {
    let rune = readRune(at, end);
    if (runeOf(rune) == 0) return cutShort();
    if (runeOf(rune) == 0x5d) break;
    at += sizeOf(rune);
    if (runeOf(rune) != 0x5c) continue;
    rune = readRune(at, end);
    if (runeOf(rune) == 0) return cutShort();
    at += sizeOf(rune);
  }
  if (at == list) {
    refuse('could not parse range');
    return 0;
  }
  addStep(OP_LIST, <u32>list, <u32>(at - list), not);
  return at + 1;
}

/** The code point at `at`; 0 at the end and where there is none to read. */
function readRune(at: usize, end: usize): u32 {
  if (at >= end) return 0;
  const decoded = decodeRune(at, end);
  return runeOf(decoded) == REPLACEMENT ? 0 : decoded;
}

function cutShort(): usize {
  refuse('unexpected end of input');
  return 0;
}

function refuse(message: string): bool {
  fail(message);
  return false;
}

function refuseRange(last: u32, first: u32): void {
  beginFault();
  putLiteral("hi character '");
  putCodePoint(last);
  putLiteral("' should be greater than lo '");
  putCodePoint(first);
  putByte(0x27);
  endFault();
}

/** True when a step that takes one code point takes this one. */
function takes(step: Step, rune: u32): bool {
  const op = step.op;
  if (op == OP_RUNE) return rune == step.a;
  if (op == OP_ONE) return !isDelimiter(rune);
  if (op == OP_RANGE) return (rune >= step.a && rune <= step.b) != (step.not != 0);
  if (op != OP_LIST) return false;
  let at = <usize>step.a;
  const end = at + step.b;
  while (at < end) {
    let decoded = decodeRune(at, end);
    if (runeOf(decoded) == 0x5c) decoded = decodeRune(++at, end);
    if (runeOf(decoded) == rune) return step.not == 0;
    at += sizeOf(decoded);
  }
  return step.not != 0;
}

/** Runs the program on the text. */
function follow(text: StringValue): bool {
  let at = stringBytes(text);
  const end = at + text.length;
  // gobwas/glob lets the empty text pass for one code point, U+FFFD, when the pattern is nothing but that.
  if (at == end && stepCount == 2 && stepAt(0).op != OP_RUNE && takes(stepAt(0), REPLACEMENT)) return true;

  if (isPrefixAndSuffix()) return matchesBothEnds(at, end);

  if (isGreedy()) return followGreedily(at, end);

  // Plain text at the start needs no lists.
  let start: u32 = 0;
  for (let step = stepAt(0); step.op == OP_RUNE; step = stepAt(++start)) {
    if (at == end) return false;
    const decoded = decodeRune(at, end);
    if (runeOf(decoded) != step.a) return false;
    at += sizeOf(decoded);
  }

  memory.fill(nowMarks, 0, (<usize>stepCount) << 2);
  memory.fill(nextMarks, 0, (<usize>stepCount) << 2);
  let round: u32 = 1;
  nowCount = 0;
  nextCount = 0;
  addNow(start, round);
  while (at < end) {
    const decoded = decodeRune(at, end);
    const rune = runeOf(decoded);
    at += sizeOf(decoded);
    for (let i: u32 = 0; i < nowCount; i++) {
      const index = load<u32>(now + ((<usize>i) << 2));
      const step = stepAt(index);
      if (step.op == OP_FORK) {
        addNow(step.a, round);
        if (step.b != NOWHERE) addNow(step.b, round);
      } else if (step.op == OP_STAR || step.op == OP_SUPER) {
        addNow(index + 1, round);
        if (step.op == OP_SUPER || !isDelimiter(rune)) addNext(index, round + 1);
      } else if (takes(step, rune)) addNext(index + 1, round + 1);
    }
    const list = now;
    const marks = nowMarks;
    now = next;
    nowMarks = nextMarks;
    nowCount = nextCount;
    next = list;
    nextMarks = marks;
    nextCount = 0;
    round++;
    if (nowCount == 0) return false;
  }
  for (let i: u32 = 0; i < nowCount; i++) {
    const index = load<u32>(now + ((<usize>i) << 2));
    const step = stepAt(index);
    if (step.op == OP_END) return true;
    if (step.op == OP_FORK) {
      addNow(step.a, round);
      if (step.b != NOWHERE) addNow(step.b, round);
    } else if (step.op == OP_STAR || step.op == OP_SUPER) addNow(index + 1, round);
  }
  return false;
}

/** True for text, then runs of anything, then text. */
function isPrefixAndSuffix(): bool {
  let index: u32 = 0;
  while (stepAt(index).op == OP_RUNE) index++;
  const runs = index;
  while (stepAt(index).op == OP_SUPER || (stepAt(index).op == OP_STAR && delimiterCount == 0)) index++;
  const suffix = index;
  while (stepAt(index).op == OP_RUNE) index++;
  return runs > 0 && suffix > runs && index > suffix && index + 1 == stepCount;
}

/** As in gobwas/glob, the text before and the text behind may overlap: `ab*ba` matches `aba`. */
function matchesBothEnds(start: usize, end: usize): bool {
  let at = start;
  let index: u32 = 0;
  for (; stepAt(index).op == OP_RUNE; index++) {
    if (at == end) return false;
    const decoded = decodeRune(at, end);
    if (runeOf(decoded) != stepAt(index).a) return false;
    at += sizeOf(decoded);
  }
  at = end;
  for (index = stepCount - 2; stepAt(index).op == OP_RUNE; index--) {
    if (at == start) return false;
    const decoded = decodeLastRune(start, at);
    if (runeOf(decoded) != stepAt(index).a) return false;
    at -= sizeOf(decoded);
  }
  return true;
}

/**
 * True when it never helps to make any run but the last one longer: no braces, and either all runs go over delimiters, or
 * none does and text and `?` are all there is between them (then a run that is stopped by a delimiter would have been
 * stopped there wherever the text before it had been found).
 */
function isGreedy(): bool {
  let stars = false;
  let supers = false;
  let lists = false;
  for (let index: u32 = 0; index < stepCount; index++) {
    const op = stepAt(index).op;
    if (op == OP_FORK) return false;
    if (op == OP_STAR && delimiterCount > 0) stars = true;
    if (op == OP_SUPER) supers = true;
    if (op == OP_RANGE || op == OP_LIST) lists = true;
  }
  return !stars || (!supers && !lists);
}

/** Runs a program for which isGreedy holds: when a step does not fit, the last run takes one code point more. */
function followGreedily(at: usize, end: usize): bool {
  let index: u32 = 0;
  let run = NOWHERE;
  let runEnd: usize = 0;
  while (at < end) {
    const step = stepAt(index);
    if (step.op == OP_STAR || step.op == OP_SUPER) {
      run = index++;
      runEnd = at;
      continue;
    }
    const decoded = decodeRune(at, end);
    if (step.op == OP_RUNE ? runeOf(decoded) == step.a : takes(step, runeOf(decoded))) {
      at += sizeOf(decoded);
      index++;
      continue;
    }
    if (run == NOWHERE) return false;
    const taken = decodeRune(runEnd, end);
    if (stepAt(run).op == OP_STAR && isDelimiter(runeOf(taken))) return false;
    runEnd += sizeOf(taken);
    at = runEnd;
    index = run + 1;
  }
  while (stepAt(index).op == OP_STAR || stepAt(index).op == OP_SUPER) index++;
  return stepAt(index).op == OP_END;
}

function addNow(index: u32, round: u32): void {
  const mark = nowMarks + ((<usize>index) << 2);
  if (load<u32>(mark) == round) return;
  store<u32>(mark, round);
  store<u32>(now + ((<usize>nowCount) << 2), index);
  nowCount++;
}

function addNext(index: u32, round: u32): void {
  const mark = nextMarks + ((<usize>index) << 2);
  if (load<u32>(mark) == round) return;
  store<u32>(mark, round);
  store<u32>(next + ((<usize>nextCount) << 2), index);
  nextCount++;
}

export function builtin_glob_quote_meta(pattern: Value): Value | null {
  const string = stringOperand(pattern, 1);
  if (string === null) return null;
  const bytes = stringBytes(string);
  beginText();
  for (let i: u32 = 0; i < string.length; i++) {
    const byte = <u32>load<u8>(bytes + i);
    // * ? \ [ ] { }
    if (byte == 0x2a || byte == 0x3f || (byte >= 0x5b && byte <= 0x5d) || byte == 0x7b || byte == 0x7d) putByte(0x5c);
    putByte(byte);
  }
  return endText();
}
