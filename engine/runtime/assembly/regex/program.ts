// The program of a regular expression: instructions made of its tree, from the end to the beginning, so that each knows what follows.
// A program holds offsets and numbers only: it can be moved, and laid out at compile time. Running it is match.ts.
//
//   0      4       8       12      16      20          32                       64
//   | size | start | count | slots | flags | 0 ……………………… | first bytes (256 bits) | instructions … | classes … |
//
//   slots    two for the whole match and two for each group
//   first    bytes that a match can begin with, when flags have HAS_FIRST
//   an instruction: | op | out | a | b |, out and, of a fork, a being numbers of instructions
//   a class: | ASCII (128 bits) | range … |, as in ranges.ts
import { allocate, freeFrom, heap_pointer, reserve } from '../memory';
import {
  NODE_ALTERNATE,
  NODE_ANY,
  NODE_ANY_NOT_NEWLINE,
  NODE_ASSERT,
  NODE_CAPTURE,
  NODE_CLASS,
  NODE_CONCAT,
  NODE_EMPTY,
  NODE_PLUS,
  NODE_QUEST,
  NODE_REPEAT,
  NODE_RUNE,
  NODE_STAR,
  Node,
} from './node';
import { BEGIN_TEXT, groupCount, parse } from './parse';
import { highOf, lowOf } from './ranges';

@unmanaged
export class Program {
  size: u32;
  start: u32;
  count: u32;
  slots: u32;
  flags: u32;
  reserved0: u32;
  reserved1: u32;
  reserved2: u32;
  first0: u64;
  first1: u64;
  first2: u64;
  first3: u64;
}

@unmanaged
export class Inst {
  op: u32;
  out: u32;
  a: u32;
  b: u32;
}

/** Matches at the start of the text only. */
export const ANCHORED: u32 = 1;
export const HAS_FIRST: u32 = 2;

export const HEADER_SIZE: usize = 64;
export const INST_SIZE: usize = 16;
const FIRST_AT: usize = 32;
const CLASS_HEADER: usize = 16;

export const OP_MATCH: u32 = 0;
/** Goes on at `out` or, when that fails, at `a`. */
export const OP_FORK: u32 = 1;
/** Notes the place in slot `a`. */
export const OP_SLOT: u32 = 2;
/** Goes on where the assertion `a` holds. */
export const OP_ASSERT: u32 = 3;
/** The code point `a`. */
export const OP_RUNE: u32 = 4;
/** One of the class of `b` ranges at offset `a`. */
export const OP_CLASS: u32 = 5;
export const OP_ANY: u32 = 6;
export const OP_ANY_NOT_NEWLINE: u32 = 7;

export function instAt(program: Program, index: u32): Inst {
  return changetype<Inst>(changetype<usize>(program) + HEADER_SIZE + <usize>index * INST_SIZE);
}

/** Whether the class of a program has the code point. */
export function classHas(program: Program, inst: Inst, rune: u32): bool {
  const ranges = changetype<usize>(program) + inst.a + CLASS_HEADER;
  if (rune < 0x80) return ((load<u32>(ranges - CLASS_HEADER + ((rune >> 5) << 2)) >> (rune & 31)) & 1) != 0;
  let low: u32 = 0;
  let high = inst.b;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = load<u64>(ranges + ((<usize>middle) << 3));
    if (highOf(range) < rune) low = middle + 1;
    else if (lowOf(range) > rune) high = middle;
    else return true;
  }
  return false;
}

/** Instructions, which lie behind the tree until the program is moved to where the tree began. */
let insts: usize = 0;
let instCount: u32 = 0;

/** The program of a pattern, in the heap; null when it is none: parse.ts has the fault then. */
export function compileRegex(bytes: usize, length: u32): Program | null {
  const mark = heap_pointer;
  const root = parse(bytes, length);
  if (root === null) {
    freeFrom(mark);
    return null;
  }
  const base = heap_pointer;
  insts = base + HEADER_SIZE;
  instCount = 0;
  const program = changetype<Program>(base);
  const start = emit(root, emitInst(OP_MATCH, 0, 0, 0));
  memory.fill(base, 0, HEADER_SIZE);
  program.start = start;
  program.count = instCount;
  program.slots = 2 * (groupCount + 1);
  const end = putClasses(base);
  program.size = <u32>(end - base);
  findFirst(program, end);
  // The tree is not needed any more.
  freeFrom(mark);
  const place = allocate(program.size);
  memory.copy(place, base, program.size);
  return changetype<Program>(place);
}

function emitInst(op: u32, out: u32, a: u32, b: u32): u32 {
  const address = insts + <usize>instCount * INST_SIZE;
  reserve(address + INST_SIZE);
  const inst = changetype<Inst>(address);
  inst.op = op;
  inst.out = out;
  inst.a = a;
  inst.b = b;
  return instCount++;
}

/** Prefers `first` to `second`, or the other way round when lazy. */
function setFork(index: u32, first: u32, second: u32, isLazy: bool): void {
  const inst = changetype<Inst>(insts + <usize>index * INST_SIZE);
  inst.out = isLazy ? second : first;
  inst.a = isLazy ? first : second;
}

/** Emits a tree that goes on at `next`; where it begins. */
function emit(node: Node, next: u32): u32 {
  const isLazy = node.flags != 0;
  switch (node.op) {
    case NODE_EMPTY:
      return next;
    case NODE_RUNE:
      return emitInst(OP_RUNE, next, node.a, 0);
    case NODE_CLASS:
      // The node's address, until the classes have theirs.
      return emitInst(OP_CLASS, next, <u32>changetype<usize>(node), node.a);
    case NODE_ANY:
      return emitInst(OP_ANY, next, 0, 0);
    case NODE_ANY_NOT_NEWLINE:
      return emitInst(OP_ANY_NOT_NEWLINE, next, 0, 0);
    case NODE_ASSERT:
      return emitInst(OP_ASSERT, next, node.a, 0);
    case NODE_CAPTURE: {
      const close = emitInst(OP_SLOT, next, 2 * node.a + 1, 0);
      return emitInst(OP_SLOT, emit(node.sub!, close), 2 * node.a, 0);
    }
    case NODE_STAR:
      return emitStar(node.sub!, next, isLazy);
    case NODE_PLUS:
      return emitPlus(node.sub!, next, isLazy);
    case NODE_QUEST:
      return emitQuest(node.sub!, next, next, isLazy);
    case NODE_REPEAT:
      return emitRepeat(node, next, isLazy);
    case NODE_CONCAT: {
      let place = next;
      let part = node.sub!;
      while (true) {
        place = emit(part, place);
        const before = part.next;
        if (before === null) return place;
        part = before;
      }
    }
    default: {
      // NODE_ALTERNATE: the last is what remains when all before it fail.
      let part = node.sub!;
      let place = emit(part, next);
      while (true) {
        const other = part.next;
        if (other === null) return place;
        part = other;
        const first = emit(part, next);
        place = emitInst(OP_FORK, first, place, 0);
      }
    }
  }
}

/** The tree, or nothing: `body` goes on at `next`, nothing at `skip`. */
function emitQuest(body: Node, next: u32, skip: u32, isLazy: bool): u32 {
  const start = emit(body, next);
  const fork = emitInst(OP_FORK, 0, 0, 0);
  setFork(fork, start, skip, isLazy);
  return fork;
}

function emitPlus(body: Node, next: u32, isLazy: bool): u32 {
  const fork = emitInst(OP_FORK, 0, 0, 0);
  const start = emit(body, fork);
  setFork(fork, start, next, isLazy);
  return start;
}

function emitStar(body: Node, next: u32, isLazy: bool): u32 {
  const fork = emitInst(OP_FORK, 0, 0, 0);
  const start = emit(body, fork);
  setFork(fork, start, next, isLazy);
  if (!body.isNullable) return fork;
  // Where the body may match nothing, `(x+)?` keeps the order of preference.
  const entry = emitInst(OP_FORK, 0, 0, 0);
  setFork(entry, start, next, isLazy);
  return entry;
}

function emitRepeat(node: Node, next: u32, isLazy: bool): u32 {
  const body = node.sub!;
  let place = next;
  let copies = node.a;
  if (node.b < 0) {
    if (node.a == 0) return emitStar(body, next, isLazy);
    place = emitPlus(body, next, isLazy);
    copies--;
  } else {
    for (let i = node.a; i < node.b; i++) place = emitQuest(body, place, next, isLazy);
  }
  for (; copies > 0; copies--) place = emit(body, place);
  return place;
}

/** Lays the classes out behind the instructions; the end of them. */
function putClasses(base: usize): usize {
  let end = insts + <usize>instCount * INST_SIZE;
  for (let i: u32 = 0; i < instCount; i++) {
    const inst = changetype<Inst>(insts + <usize>i * INST_SIZE);
    if (inst.op != OP_CLASS) continue;
    const node = changetype<Node>(<usize>inst.a);
    if (node.place == 0) {
      node.place = <u32>(end - base);
      end = putClass(node, end);
    }
    inst.a = node.place;
  }
  return end;
}

function putClass(node: Node, to: usize): usize {
  const length = (<usize>node.a) << 3;
  const end = to + CLASS_HEADER + length;
  reserve(end);
  memory.fill(to, 0, CLASS_HEADER);
  memory.copy(to + CLASS_HEADER, node.data, length);
  for (let i: i32 = 0; i < node.a; i++) {
    const range = load<u64>(node.data + ((<usize>i) << 3));
    for (let rune = lowOf(range); rune < 0x80 && rune <= highOf(range); rune++) {
      const word = to + ((rune >> 5) << 2);
      store<u32>(word, load<u32>(word) | (1 << (rune & 31)));
    }
  }
  return end;
}

/** Finds the bytes a match can begin with, and whether it begins at the text's start only. `free` is where memory is free. */
function findFirst(program: Program, free: usize): void {
  const count = <usize>program.count;
  const stack = free;
  // Each instruction is followed once, and leads to two others at most.
  const marks = stack + ((count + 1) << 3);
  reserve(marks + count);
  memory.fill(marks, 0, count);
  let depth: usize = 1;
  store<u32>(stack, program.start);
  let entry = instAt(program, program.start);
  while (entry.op == OP_SLOT) entry = instAt(program, entry.out);
  if (entry.op == OP_ASSERT && entry.a == BEGIN_TEXT) program.flags |= ANCHORED;
  while (depth > 0) {
    const index = load<u32>(stack + (--depth << 2));
    if (load<u8>(marks + index)) continue;
    store<u8>(marks + index, 1);
    const inst = instAt(program, index);
    if (inst.op == OP_MATCH) return;
    if (inst.op == OP_FORK || inst.op == OP_SLOT || inst.op == OP_ASSERT) {
      if (inst.op == OP_FORK && !load<u8>(marks + inst.a)) store<u32>(stack + (depth++ << 2), inst.a);
      if (!load<u8>(marks + inst.out)) store<u32>(stack + (depth++ << 2), inst.out);
    } else {
      addFirst(program, inst);
    }
  }
  program.flags |= HAS_FIRST;
}

function addFirst(program: Program, inst: Inst): void {
  const set = changetype<usize>(program) + FIRST_AT;
  let hasOthers = true;
  if (inst.op == OP_RUNE) {
    hasOthers = inst.a >= 0x80;
    if (!hasOthers) addByte(set, inst.a);
  } else if (inst.op == OP_CLASS) {
    for (let rune: u32 = 0; rune < 0x80; rune++) if (classHas(program, inst, rune)) addByte(set, rune);
    const ranges = changetype<usize>(program) + inst.a + CLASS_HEADER;
    hasOthers = inst.b > 0 && highOf(load<u64>(ranges + ((<usize>inst.b - 1) << 3))) >= 0x80;
  } else {
    for (let rune: u32 = 0; rune < 0x80; rune++) addByte(set, rune);
  }
  // Any byte may stand for U+FFFD, or begin a longer code point.
  if (hasOthers) for (let byte: u32 = 0x80; byte < 0x100; byte++) addByte(set, byte);
}

function addByte(set: usize, byte: u32): void {
  const word = set + ((byte >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (byte & 31)));
}

/** Whether a match can begin with the byte. */
export function canBegin(program: Program, byte: u32): bool {
  return ((load<u32>(changetype<usize>(program) + FIRST_AT + ((byte >> 5) << 2)) >> (byte & 31)) & 1) != 0;
}

/** Address of the program of the pattern in `length` bytes at `bytes`, 0 when it is none: for the compiler, which lays out programs beforehand. */
export function regex_compile(bytes: usize, length: u32): usize {
  const program = compileRegex(bytes, length);
  return program === null ? 0 : changetype<usize>(program);
}
