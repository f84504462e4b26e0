// The syntax tree of a regular expression, and the stack on which the parser builds it. Nodes lie in the heap until the program is made of
// them. Leaves reading patterns to parse.ts.
import { allocate } from '../memory';

/** Matches the empty text. */
export const NODE_EMPTY: u32 = 0;
/** The code point `a`. */
export const NODE_RUNE: u32 = 1;
/** One of the `a` ranges at `data`. */
export const NODE_CLASS: u32 = 2;
export const NODE_ANY: u32 = 3;
export const NODE_ANY_NOT_NEWLINE: u32 = 4;
/** The assertion `a` (program.ts). */
export const NODE_ASSERT: u32 = 5;
/** Group `a`. */
export const NODE_CAPTURE: u32 = 6;
export const NODE_STAR: u32 = 7;
export const NODE_PLUS: u32 = 8;
export const NODE_QUEST: u32 = 9;
/** From `a` to `b` times; -1 is any number of times. */
export const NODE_REPEAT: u32 = 10;
export const NODE_CONCAT: u32 = 11;
export const NODE_ALTERNATE: u32 = 12;
/** Only on the stack: a group that is open (`a`: its number, 0 for none), and a `|`. */
export const NODE_PAREN: u32 = 13;
export const NODE_BAR: u32 = 14;

/** Go's limits: levels of a tree, and instructions of a program. */
export const MAX_HEIGHT: u32 = 1000;
export const MAX_SIZE: u64 = 3355443;

@unmanaged
export class Node {
  op: u32;
  a: i32;
  b: i32;
  /** Flags when a group was opened; whether a repetition is lazy. */
  flags: u32;
  data: usize;
  /** The first of what it consists of. Parts are in a list from the last to the first. */
  sub: Node | null;
  /** The last in that list. */
  tail: Node | null;
  next: Node | null;
  /** The node below on the stack. */
  down: Node | null;
  height: u32;
  isNullable: u32;
  /** Where the program has the class: offset from the classes' start, plus 1. */
  place: u32;
  /** Instructions, as Go counts them. */
  size: u64;
}

const NODE_SIZE: usize = 56;

/** The top of the stack. */
export let top: Node | null = null;

export function clearStack(): void {
  top = null;
}

export function newNode(op: u32): Node {
  const address = allocate(NODE_SIZE);
  memory.fill(address, 0, NODE_SIZE);
  const node = changetype<Node>(address);
  node.op = op;
  node.height = 1;
  node.size = 1;
  node.isNullable = <u32>(op == NODE_EMPTY || op == NODE_ASSERT);
  return node;
}

export function push(node: Node): void {
  node.down = top;
  top = node;
}

export function pop(): Node {
  const node = top!;
  top = node.down;
  node.down = null;
  return node;
}

/** Whether the stack's top is something that can be repeated. */
export function hasOperand(): bool {
  const node = top;
  return node !== null && node.op < NODE_PAREN;
}

/** Puts `op` around the stack's top. */
export function wrap(op: u32, min: i32, max: i32, isLazy: bool): void {
  const sub = pop();
  const node = newNode(op);
  node.a = min;
  node.b = max;
  node.flags = <u32>isLazy;
  node.sub = sub;
  node.tail = sub;
  node.height = sub.height + 1;
  node.isNullable = <u32>(sub.isNullable || op == NODE_STAR || op == NODE_QUEST || (op == NODE_REPEAT && min == 0));
  if (op == NODE_REPEAT) node.size = repeatSize(sub.size, min, max);
  else node.size = sub.size + (op == NODE_STAR || op == NODE_CAPTURE ? 2 : 1);
  push(node);
}

function repeatSize(sub: u64, min: i32, max: i32): u64 {
  if (max < 0) return min == 0 ? sub + 2 : sub * min + 1;
  const size = sub * max + (max - min);
  return size == 0 ? 1 : size;
}

/** Joins what stands above the last `(` or `|` to one node. */
export function concatenate(): void {
  if (!hasOperand()) {
    push(newNode(NODE_EMPTY));
    return;
  }
  const first = top!;
  const down = first.down;
  if (down === null || down.op >= NODE_PAREN) return;
  const list = newNode(NODE_CONCAT);
  list.isNullable = 1;
  list.size = 0;
  while (hasOperand()) append(list, pop());
  push(list);
}

/** Joins what stands above the last `(`, between bars, to one node. */
export function alternate(): void {
  const first = top!;
  const down = first.down;
  if (down === null || down.op != NODE_BAR) return;
  const list = newNode(NODE_ALTERNATE);
  list.size = 0;
  while (true) {
    const part = pop();
    append(list, part);
    list.size++;
    const bar = top;
    if (bar === null || bar.op != NODE_BAR) break;
    pop();
  }
  list.size--;
  push(list);
}

/** Adds a part in front of a list; a list of the same kind is taken apart. */
function append(list: Node, part: Node): void {
  const isSame = part.op == list.op;
  const head = isSame ? part.sub! : part;
  const tail = list.tail;
  if (tail === null) list.sub = head;
  else tail.next = head;
  list.tail = isSame ? part.tail : part;
  list.height = max(list.height, isSame ? part.height : part.height + 1);
  list.size += part.size;
  if (list.op == NODE_CONCAT) list.isNullable &= part.isNullable;
  else list.isNullable |= part.isNullable;
}

/** Whether nested repetitions come to `limit` times at most. */
export function repeatsWithin(node: Node, limit: i32): bool {
  let left = limit;
  if (node.op == NODE_REPEAT) {
    let times = node.b;
    if (times == 0) return true;
    if (times < 0) times = node.a;
    if (times > left) return false;
    if (times > 0) left /= times;
  }
  const first = node.sub;
  if (first === null) return true;
  let sub = first;
  while (true) {
    if (!repeatsWithin(sub, left)) return false;
    const other = sub.next;
    if (other === null) return true;
    sub = other;
  }
}
