// `regex.match`, `regex.is_valid`, `regex.find_n`, `regex.find_all_string_submatch_n`, `regex.split`: RE2's language on regex/. Programs
// of patterns that stand in the policy are there from the start; of others, they are kept for an evaluation.
import { ArrayValue, array_append, array_new } from '../array';
import { allocate, evaluation } from '../memory';
import { NO_PLACE, findMatch } from '../regex/match';
import { faultBytes, faultLength, faultText } from '../regex/parse';
import { Program, compileRegex } from '../regex/program';
import { StringValue, stringBytes, stringEqual, stringNew } from '../string';
import { putByte, putBytes, putLiteral } from '../text-builder';
import { FLAG_CONSTANT, KIND_STRING, Value, booleanValue, kindOf } from '../value';
import { beginFault, endFault, integerOperand, integerRead, stringOperand } from './operand';
import { decodeRune, sizeOf } from './runes';

/**
 * Patch points: the programs of patterns among the constants, laid out by static-data.ts. A power of two of entries
 * `| pattern | program |`, probed linearly from the pattern's hash; at least one is 0.
 */
export let regex_programs: usize = 0;
export let regex_mask: u32 = 0;

/** Programs made in this evaluation, by their pattern's hash: `| pattern | program | evaluation |`. */
const CACHED: u32 = 64;
const CACHE_ENTRY: usize = 12;
const cache = memory.data(768);

/** The program of a pattern; null when it is none: the error is left then. */
function programOf(pattern: StringValue): Program | null {
  if (pattern.word & FLAG_CONSTANT && regex_programs != 0) {
    for (let slot = pattern.hash & regex_mask; ; slot = (slot + 1) & regex_mask) {
      const entry = regex_programs + ((<usize>slot) << 3);
      const known = load<u32>(entry);
      if (known == 0) break;
      if (known == <u32>changetype<usize>(pattern)) return changetype<Program>(<usize>load<u32>(entry, 4));
    }
  }
  const entry = cache + <usize>(pattern.hash & (CACHED - 1)) * CACHE_ENTRY;
  const known = load<u32>(entry);
  if (known != 0 && load<u32>(entry, 8) == evaluation && stringEqual(changetype<StringValue>(<usize>known), pattern)) {
    return changetype<Program>(<usize>load<u32>(entry, 4));
  }
  const program = compileRegex(stringBytes(pattern), pattern.length);
  if (program === null) return null;
  store<u32>(entry, <u32>changetype<usize>(pattern));
  store<u32>(entry, <u32>changetype<usize>(program), 4);
  store<u32>(entry, evaluation, 8);
  return program;
}

function failPattern(): Value | null {
  beginFault();
  putLiteral('error parsing regexp: ');
  putLiteral(faultText);
  putLiteral(': `');
  putBytes(faultBytes, faultLength);
  putByte(0x60);
  return endFault();
}

export function builtin_regex_match(pattern: Value, text: Value): Value | null {
  const source = stringOperand(pattern, 1);
  if (source === null) return null;
  const subject = stringOperand(text, 2);
  if (subject === null) return null;
  const program = programOf(source);
  if (program === null) return failPattern();
  const start = stringBytes(subject);
  return booleanValue(findMatch(program, start, start + subject.length, start, 0));
}

export function builtin_re_match(pattern: Value, text: Value): Value | null {
  return builtin_regex_match(pattern, text);
}

export function builtin_regex_is_valid(pattern: Value): Value | null {
  if (kindOf(pattern) != KIND_STRING) return booleanValue(false);
  return booleanValue(programOf(changetype<StringValue>(pattern)) !== null);
}

// Matches found by findAll: slots of each, one after the other.
let matches: usize = 0;
let matchCount: u32 = 0;
let matchSlots: u32 = 0;

function slotOf(match: u32, slot: u32): u32 {
  return load<u32>(matches + ((<usize>match * matchSlots + slot) << 2));
}

/** Finds the first `limit` matches (all when negative) that do not overlap. An empty one right behind a match does not count. */
function findAll(program: Program, subject: StringValue, limit: i64): void {
  const start = stringBytes(subject);
  const end = start + subject.length;
  matchSlots = program.slots;
  matchCount = 0;
  let previousEnd = NO_PLACE;
  let out: usize = 0;
  for (let at = start; at <= end && (limit < 0 || <i64>matchCount < limit);) {
    if (out == 0) {
      out = allocate((<usize>matchSlots) << 2);
      if (matchCount == 0) matches = out;
    }
    if (!findMatch(program, start, end, at, out)) break;
    const matchStart = load<u32>(out);
    const matchEnd = load<u32>(out, 4);
    const isEmptyHere = start + matchEnd == at;
    if (!isEmptyHere || matchStart != previousEnd) {
      matchCount++;
      out = 0;
    }
    if (!isEmptyHere) at = start + matchEnd;
    else at += at < end ? <usize>sizeOf(decodeRune(at, end)) : 1;
    previousEnd = matchEnd;
  }
}

/** The text of a slot pair; empty for a group that took no part. */
function slotText(subject: StringValue, match: u32, group: u32): StringValue {
  const from = slotOf(match, 2 * group);
  const to = from == NO_PLACE ? from : slotOf(match, 2 * group + 1);
  return stringNew(stringBytes(subject) + (from == NO_PLACE ? 0 : from), to - from);
}

/** Reads the operands `pattern, text, n` and finds the matches; the text, or null with an error left. */
function findOperands(pattern: Value, text: Value, limit: Value): StringValue | null {
  const source = stringOperand(pattern, 1);
  if (source === null) return null;
  const subject = stringOperand(text, 2);
  if (subject === null || !integerOperand(limit, 3)) return null;
  const count = integerRead;
  const program = programOf(source);
  if (program === null) {
    failPattern();
    return null;
  }
  findAll(program, subject, count);
  return subject;
}

export function builtin_regex_find_n(pattern: Value, text: Value, limit: Value): Value | null {
  const subject = findOperands(pattern, text, limit);
  if (subject === null) return null;
  const result = array_new(matchCount);
  for (let i: u32 = 0; i < matchCount; i++) array_append(result, slotText(subject, i, 0));
  return result;
}

export function builtin_regex_find_all_string_submatch_n(pattern: Value, text: Value, limit: Value): Value | null {
  const subject = findOperands(pattern, text, limit);
  if (subject === null) return null;
  const result = array_new(matchCount);
  const groups = matchSlots >> 1;
  for (let i: u32 = 0; i < matchCount; i++) {
    const match = array_new(groups);
    for (let group: u32 = 0; group < groups; group++) array_append(match, slotText(subject, i, group));
    array_append(result, match);
  }
  return result;
}

export function builtin_regex_split(pattern: Value, text: Value): Value | null {
  const source = stringOperand(pattern, 1);
  if (source === null) return null;
  const subject = stringOperand(text, 2);
  if (subject === null) return null;
  const program = programOf(source);
  if (program === null) return failPattern();
  if (source.length > 0 && subject.length == 0) {
    const one = array_new(1);
    array_append(one, subject);
    return one;
  }
  findAll(program, subject, -1);
  const result = array_new(matchCount + 1);
  let begin: u32 = 0;
  let end: u32 = 0;
  for (let i: u32 = 0; i < matchCount; i++) {
    end = slotOf(i, 0);
    if (slotOf(i, 1) != 0) appendPiece(result, subject, begin, end);
    begin = slotOf(i, 1);
  }
  if (end != subject.length) appendPiece(result, subject, begin, subject.length);
  return result;
}

function appendPiece(pieces: ArrayValue, subject: StringValue, from: u32, to: u32): void {
  array_append(pieces, stringNew(stringBytes(subject) + from, to - from));
}
