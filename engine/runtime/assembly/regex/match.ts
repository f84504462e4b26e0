// Runs programs of regular expressions on texts: the leftmost match and, of those that begin there, the preferred one, as in Perl.
// Small searches try one way after the other and never the same instruction at the same place twice; others follow all ways at once.
// Either takes time bounded by program × text.
import { decodeRune, runeOf, sizeOf } from '../builtins/runes';
import { holdScratch, releaseScratch, reserve } from '../memory';
import { BEGIN_LINE, BEGIN_TEXT, END_LINE, END_TEXT, NO_WORD_BOUNDARY, WORD_BOUNDARY } from './parse';
import {
  ANCHORED,
  HAS_FIRST,
  Inst,
  OP_ANY,
  OP_ANY_NOT_NEWLINE,
  OP_ASSERT,
  OP_CLASS,
  OP_FORK,
  OP_MATCH,
  OP_RUNE,
  OP_SLOT,
  Program,
  canBegin,
  classHas,
  instAt,
} from './program';

/** A slot of a group that took no part. */
export const NO_PLACE: u32 = 0xffffffff;

/** Bits of instruction × place up to which ways are tried one after the other, and the most instructions for it; as in Go. */
const MAX_BITS: usize = 256 * 1024;
const MAX_TRIED: u32 = 500;

let program: Program = changetype<Program>(0);
let textStart: usize = 0;
let textEnd: usize = 0;
/** Slots as the way being followed has them; 0 when only whether there is a match counts. */
let slots: usize = 0;
let slotCount: u32 = 0;

/**
 * Whether there is a match in the text from `from` on. Its slots, offsets from the text's start, are left at `out` unless that
 * is 0: room for `program.slots` words.
 */
export function findMatch(searched: Program, start: usize, end: usize, from: usize, out: usize): bool {
  if (searched.flags & ANCHORED && from > start) return false;
  program = searched;
  textStart = start;
  textEnd = end;
  slots = out;
  slotCount = out == 0 ? 0 : searched.slots;
  const places = end - from + 1;
  if (searched.count <= MAX_TRIED && places <= MAX_BITS && <usize>searched.count * places <= MAX_BITS) {
    return tryAll(from, places);
  }
  return followAll(from);
}

/** The first place from `at` on where a match can begin, or 0. */
function nextStart(at: usize): usize {
  if (!(program.flags & HAS_FIRST)) return at;
  while (at < textEnd) {
    if (canBegin(program, load<u8>(at))) return at;
    at++;
  }
  return 0;
}

function stepOver(at: usize): usize {
  return at < textEnd ? at + sizeOf(decodeRune(at, textEnd)) : at + 1;
}

/** Whether the instruction takes the code point. */
function takes(inst: Inst, rune: u32): bool {
  if (inst.op == OP_RUNE) return inst.a == rune;
  if (inst.op == OP_CLASS) return classHas(program, inst, rune);
  return inst.op == OP_ANY || (inst.op == OP_ANY_NOT_NEWLINE && rune != 0x0a);
}

function isWord(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f;
}

function holds(assertion: u32, at: usize): bool {
  if (assertion == BEGIN_TEXT) return at == textStart;
  if (assertion == END_TEXT) return at == textEnd;
  if (assertion == BEGIN_LINE) return at == textStart || load<u8>(at - 1) == 0x0a;
  if (assertion == END_LINE) return at == textEnd || load<u8>(at) == 0x0a;
  const isBoundary = (at > textStart && isWord(load<u8>(at - 1))) != (at < textEnd && isWord(load<u8>(at)));
  return isBoundary == (assertion == WORD_BOUNDARY);
}

function clearSlots(at: usize): void {
  for (let i: u32 = 0; i < slotCount; i++) store<u32>(at + ((<usize>i) << 2), NO_PLACE);
}

// ---- one way after the other -------------------------------------------------------------------------------------------

/** A way to try later: an instruction at a place; or a slot to put back, then `at` is its old value. */
@unmanaged
class Job {
  inst: u32;
  kind: u32;
  at: usize;
}

const JOB_SIZE: usize = 12;
const JOB_GO: u32 = 0;
/** The second branch of a fork. */
const JOB_SECOND: u32 = 1;
const JOB_RESTORE: u32 = 2;

let visited: usize = 0;
let visitedFrom: usize = 0;
let visitedPlaces: usize = 0;
let jobs: usize = 0;

function tryAll(from: usize, places: usize): bool {
  const bytes = ((<usize>program.count * places + 63) >> 6) << 3;
  visited = holdScratch(bytes);
  memory.fill(visited, 0, bytes);
  visitedFrom = from;
  visitedPlaces = places;
  jobs = visited + bytes;
  let found = false;
  for (let at = from; at <= textEnd; at = stepOver(at)) {
    at = nextStart(at);
    if (at == 0) break;
    clearSlots(slots);
    if (tryAt(at)) {
      found = true;
      break;
    }
    if (program.flags & ANCHORED) break;
  }
  releaseScratch(visited);
  return found;
}

/** Whether the instruction has not been at this place yet; from now on it has. */
function isNew(inst: u32, at: usize): bool {
  const bit = <u32>(<usize>inst * visitedPlaces + (at - visitedFrom));
  const word = visited + <usize>((bit >> 5) << 2);
  const mask: u32 = 1 << (bit & 31);
  const old = load<u32>(word);
  if (old & mask) return false;
  store<u32>(word, old | mask);
  return true;
}

function pushJob(depth: usize, inst: u32, kind: u32, at: usize): usize {
  const address = jobs + depth * JOB_SIZE;
  reserve(address + JOB_SIZE);
  const job = changetype<Job>(address);
  job.inst = inst;
  job.kind = kind;
  job.at = at;
  return depth + 1;
}

function tryAt(start: usize): bool {
  let depth = pushJob(0, program.start, JOB_GO, start);
  while (depth > 0) {
    const job = changetype<Job>(jobs + --depth * JOB_SIZE);
    let index = job.inst;
    let at = job.at;
    if (job.kind == JOB_RESTORE) {
      store<u32>(slots + ((<usize>index) << 2), <u32>at);
      continue;
    }
    if (job.kind == JOB_SECOND) index = instAt(program, index).a;
    while (isNew(index, at)) {
      const inst = instAt(program, index);
      if (inst.op == OP_MATCH) {
        if (slotCount > 0) {
          store<u32>(slots, <u32>(start - textStart));
          store<u32>(slots, <u32>(at - textStart), 4);
        }
        return true;
      }
      if (inst.op == OP_FORK) {
        // The second branch is looked at only then: the first may get there another way, and before.
        depth = pushJob(depth, index, JOB_SECOND, at);
      } else if (inst.op == OP_SLOT) {
        if (slotCount > 0) {
          const slot = slots + ((<usize>inst.a) << 2);
          depth = pushJob(depth, inst.a, JOB_RESTORE, load<u32>(slot));
          store<u32>(slot, <u32>(at - textStart));
        }
      } else if (inst.op == OP_ASSERT) {
        if (!holds(inst.a, at)) break;
      } else {
        if (at == textEnd) break;
        const decoded = decodeRune(at, textEnd);
        if (!takes(inst, runeOf(decoded))) break;
        at += sizeOf(decoded);
      }
      index = inst.out;
    }
  }
  return false;
}

// ---- all ways at once --------------------------------------------------------------------------------------------------

/** Ways being followed, the preferred first: instructions in a list, the place of each in the list, and slots for each place in the list. */
@unmanaged
class Ways {
  count: u32;
  list: usize;
  places: usize;
  slots: usize;
}

const WAYS_SIZE: usize = 16;

let stack: usize = 0;

function newWays(at: usize): Ways {
  const ways = changetype<Ways>(at);
  const count = <usize>program.count;
  ways.count = 0;
  ways.list = at + WAYS_SIZE;
  ways.places = ways.list + (count << 2);
  ways.slots = ways.places + (count << 2);
  // What is in no list yet points nowhere in particular, but it must be memory that was written.
  memory.fill(ways.places, 0, count << 2);
  return ways;
}

function followAll(from: usize): bool {
  const count = <usize>program.count;
  const waysSize = WAYS_SIZE + count * (8 + ((<usize>slotCount) << 2));
  const current = holdScratch(2 * waysSize + ((<usize>slotCount) << 2) + (count + 1) * 2 * JOB_SIZE);
  let now = newWays(current);
  let next = newWays(current + waysSize);
  const fresh = current + 2 * waysSize;
  stack = fresh + ((<usize>slotCount) << 2);
  let found = false;
  for (let at = from; ;) {
    if (now.count == 0) {
      if (found || (program.flags & ANCHORED && at > textStart)) break;
      if (at > textEnd) break;
      at = nextStart(at);
      if (at == 0) break;
    }
    if (!found && !(program.flags & ANCHORED && at > textStart)) {
      clearSlots(fresh);
      if (slotCount > 0) store<u32>(fresh, <u32>(at - textStart));
      follow(now, program.start, at, fresh);
    }
    const decoded = at < textEnd ? decodeRune(at, textEnd) : 0;
    const after = at < textEnd ? at + sizeOf(decoded) : at + 1;
    for (let i: u32 = 0; i < now.count; i++) {
      const inst = instAt(program, load<u32>(now.list + ((<usize>i) << 2)));
      const own = now.slots + <usize>i * ((<usize>slotCount) << 2);
      if (inst.op == OP_MATCH) {
        found = true;
        if (slotCount > 0) {
          memory.copy(slots, own, (<usize>slotCount) << 2);
          store<u32>(slots, <u32>(at - textStart), 4);
        }
        // What comes behind is less preferred.
        break;
      }
      if (at < textEnd && takes(inst, runeOf(decoded))) follow(next, inst.out, after, own);
    }
    if (found && slotCount == 0) break;
    const old = now;
    now = next;
    next = old;
    next.count = 0;
    if (at >= textEnd) break;
    at = after;
  }
  releaseScratch(current);
  return found;
}

function isListed(ways: Ways, index: u32): bool {
  const place = load<u32>(ways.places + ((<usize>index) << 2));
  return place < ways.count && load<u32>(ways.list + ((<usize>place) << 2)) == index;
}

/** Adds all instructions that take a code point, or match, reached from `first` at a place. `own` is changed, and put back. */
function follow(ways: Ways, first: u32, at: usize, own: usize): void {
  let depth: usize = 0;
  let index = first;
  let isGoing = true;
  while (true) {
    if (!isGoing) {
      if (depth == 0) return;
      const job = changetype<Job>(stack + --depth * JOB_SIZE);
      if (job.kind == JOB_RESTORE) {
        store<u32>(own + ((<usize>job.inst) << 2), <u32>job.at);
        continue;
      }
      index = job.inst;
    }
    isGoing = false;
    if (isListed(ways, index)) continue;
    const place = ways.count++;
    store<u32>(ways.list + ((<usize>place) << 2), index);
    store<u32>(ways.places + ((<usize>index) << 2), place);
    const inst = instAt(program, index);
    if (inst.op == OP_FORK) {
      const job = changetype<Job>(stack + depth++ * JOB_SIZE);
      job.kind = JOB_GO;
      job.inst = inst.a;
      index = inst.out;
      isGoing = true;
    } else if (inst.op == OP_SLOT) {
      if (slotCount > 0) {
        const slot = own + ((<usize>inst.a) << 2);
        const job = changetype<Job>(stack + depth++ * JOB_SIZE);
        job.kind = JOB_RESTORE;
        job.inst = inst.a;
        job.at = load<u32>(slot);
        store<u32>(slot, <u32>(at - textStart));
      }
      index = inst.out;
      isGoing = true;
    } else if (inst.op == OP_ASSERT) {
      if (holds(inst.a, at)) {
        index = inst.out;
        isGoing = true;
      }
    } else if (slotCount > 0) {
      memory.copy(ways.slots + <usize>place * ((<usize>slotCount) << 2), own, (<usize>slotCount) << 2);
    }
  }
}
