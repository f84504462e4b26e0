// Objects and sets: entries in a run, and an index beside it once there are more than a few.
// Leaves the order of values to compare.ts, sorting to table-sort.ts, the fallback tree to table-tree.ts.
//
//   0      4      8       12         16        20      24     28
//   | word | hash | count | capacity | entries | index | mask | root |
//
//   entries  `capacity` entries, `count` in use; object: key and value word, set: one word
//   index    0 up to LINEAR entries (searched one by one), else 2 words or more per entry, one of:
//            hashed  `mask + 1` words (a power of two): entry number + 1, or 0; probed linearly from `hash & mask`
//            tree    (FLAG_TREE) two words per entry, see table-tree.ts; `root` is its root's entry number + 1
//
// A hash alone never decides, and hashes may be chosen by an attacker: when an insertion has probed MAX_PROBES places,
// the index becomes an ordered tree for good, so that operations cost O(log n) at the worst. No key lies further from its
// hash's place, so a search ends there too.
//
// Invariant: reading never allocates (a value of the base document outlives the evaluation's heap), so the index is
// always there when there are more than LINEAR entries, and sorting refills it in place.
import { allocate, checkCapacity } from './memory';
import { valueEqual, valueHash } from './compare';
import { stringEqual, StringValue } from './string';
import { treeBuild, treeFind, treeInsert } from './table-tree';
import { FLAG_CONSTANT, FLAG_SORTED, FLAG_TREE, KIND_OBJECT, KIND_SET, KIND_STRING, Value, kindOf } from './value';

const TABLE_HEADER: usize = 32;
/** Most entries without an index. */
export const LINEAR: u32 = 8;
/** Insertions that probe further turn the index into a tree; the longest honest run among a million entries is about half of it. */
const MAX_PROBES: u32 = 128;

@unmanaged
export class TableValue extends Value {
  count: u32;
  capacity: u32;
  entries: usize;
  index: usize;
  mask: u32;
  root: u32;
}

/** log2 of the bytes of an entry. */
export function entryShift(table: TableValue): usize {
  return kindOf(table) == KIND_OBJECT ? 3 : 2;
}

/** An empty object with room for `capacity` entries. */
export function object_new(capacity: u32): TableValue {
  return tableNew(KIND_OBJECT, capacity);
}

/** An empty set with room for `capacity` elements. */
export function set_new(capacity: u32): TableValue {
  return tableNew(KIND_SET, capacity);
}

export function tableNew(kind: u32, capacity: u32): TableValue {
  checkCapacity(capacity);
  const entryBytes = (<usize>capacity) << (kind == KIND_OBJECT ? 3 : 2);
  const slots = slotsFor(capacity);
  const table = changetype<TableValue>(allocate(TABLE_HEADER + entryBytes + ((<usize>slots) << 2)));
  table.word = kind | FLAG_SORTED;
  table.hash = 0;
  table.count = 0;
  table.capacity = capacity;
  table.entries = changetype<usize>(table) + TABLE_HEADER;
  table.index = slots ? table.entries + entryBytes : 0;
  table.mask = slots - 1;
  table.root = 0;
  if (slots) memory.fill(table.index, 0, (<usize>slots) << 2);
  return table;
}

/** Words of index for `capacity` entries: at most half of them in use. */
function slotsFor(capacity: u32): u32 {
  return capacity <= LINEAR ? 0 : 1 << (32 - clz(capacity * 2 - 1));
}

/** Key (or element) of entry `number`. */
export function entryKey(table: TableValue, number: u32): Value {
  return changetype<Value>(<usize>load<u32>(table.entries + ((<usize>number) << entryShift(table))));
}

/** Value of entry `number` of an object. */
export function entryValue(object: TableValue, number: u32): Value {
  return changetype<Value>(<usize>load<u32>(object.entries + ((<usize>number) << 3), 4));
}

export function setEntryValue(object: TableValue, number: u32, value: Value): void {
  store<u32>(object.entries + ((<usize>number) << 3), <u32>changetype<usize>(value), 4);
  object.hash = 0;
}

/** Entry number of `key`, or -1. */
export function tableFind(table: TableValue, key: Value): i32 {
  if (kindOf(key) == KIND_STRING && key.word & FLAG_CONSTANT) return tableFindConstant(table, key);
  if (table.index) return table.word & FLAG_TREE ? treeFind(table, key) : hashFind(table, key, valueHash(key));
  const step = (<usize>1) << entryShift(table);
  let at = table.entries;
  const count = table.count;
  if (kindOf(key) == KIND_STRING) {
    for (let i: u32 = 0; i < count; i++, at += step) {
      const other = changetype<Value>(<usize>load<u32>(at));
      if (kindOf(other) == KIND_STRING && stringEqual(changetype<StringValue>(other), changetype<StringValue>(key)))
        return i;
    }
  } else {
    for (let i: u32 = 0; i < count; i++, at += step) {
      if (valueEqual(changetype<Value>(<usize>load<u32>(at)), key)) return i;
    }
  }
  return -1;
}

/** The same for a string that is a constant of the module: addresses decide. */
export function tableFindConstant(table: TableValue, key: Value): i32 {
  const shift = entryShift(table);
  const entries = table.entries;
  const address = <u32>changetype<usize>(key);
  if (!table.index) {
    const count = table.count;
    for (let i: u32 = 0; i < count; i++) {
      if (load<u32>(entries + ((<usize>i) << shift)) == address) return i;
    }
    return -1;
  }
  if (table.word & FLAG_TREE) return treeFind(table, key);
  const mask = table.mask;
  let slot = key.hash & mask;
  for (let probes: u32 = 0; probes < MAX_PROBES; probes++) {
    const number = load<u32>(table.index + ((<usize>slot) << 2));
    if (number == 0) return -1;
    if (load<u32>(entries + ((<usize>(number - 1)) << shift)) == address) return number - 1;
    slot = (slot + 1) & mask;
  }
  return -1;
}

function hashFind(table: TableValue, key: Value, hash: u32): i32 {
  const shift = entryShift(table);
  const mask = table.mask;
  let slot = hash & mask;
  for (let probes: u32 = 0; probes < MAX_PROBES; probes++) {
    const number = load<u32>(table.index + ((<usize>slot) << 2));
    if (number == 0) return -1;
    const other = changetype<Value>(<usize>load<u32>(table.entries + ((<usize>(number - 1)) << shift)));
    // Keys in a table have their hashes computed.
    if (other.hash == hash && valueEqual(other, key)) return number - 1;
    slot = (slot + 1) & mask;
  }
  return -1;
}

/** Adds a key known to be absent; returns its entry number. */
export function tableAppend(table: TableValue, key: Value): u32 {
  if (table.count == table.capacity) growTable(table);
  const number = table.count;
  store<u32>(table.entries + ((<usize>number) << entryShift(table)), <u32>changetype<usize>(key));
  table.count = number + 1;
  table.hash = 0;
  if (number > 0) table.word &= ~FLAG_SORTED;
  if (table.index) indexInsert(table, number);
  return number;
}

function indexInsert(table: TableValue, number: u32): void {
  if (table.word & FLAG_TREE) treeInsert(table, number);
  else if (!hashInsert(table, number)) toTree(table);
}

/** False when the place found is too far from the hash's. */
function hashInsert(table: TableValue, number: u32): bool {
  const mask = table.mask;
  let slot = valueHash(entryKey(table, number)) & mask;
  for (let probes: u32 = 0; probes < MAX_PROBES; probes++) {
    const place = table.index + ((<usize>slot) << 2);
    if (load<u32>(place) == 0) {
      store<u32>(place, number + 1);
      return true;
    }
    slot = (slot + 1) & mask;
  }
  return false;
}

function toTree(table: TableValue): void {
  table.word |= FLAG_TREE;
  treeBuild(table);
}

/** Fills the index anew after entries have moved. */
export function rebuildIndex(table: TableValue): void {
  if (!table.index) return;
  if (table.word & FLAG_TREE) {
    treeBuild(table);
    return;
  }
  memory.fill(table.index, 0, (<usize>table.mask + 1) << 2);
  const count = table.count;
  for (let i: u32 = 0; i < count; i++) {
    if (!hashInsert(table, i)) {
      toTree(table);
      return;
    }
  }
}

function growTable(table: TableValue): void {
  const capacity = max(table.capacity << 1, 4);
  const shift = entryShift(table);
  const entries = allocate((<usize>capacity) << shift);
  memory.copy(entries, table.entries, (<usize>table.count) << shift);
  table.entries = entries;
  table.capacity = capacity;
  const slots = slotsFor(capacity);
  if (slots) {
    const index = allocate((<usize>slots) << 2);
    if (table.word & FLAG_TREE) memory.copy(index, table.index, (<usize>table.count) << 3);
    table.index = index;
    table.mask = slots - 1;
    if (!(table.word & FLAG_TREE)) rebuildIndex(table);
  }
}

/** Adds an element to a set under construction. */
export function set_add(set: TableValue, element: Value): void {
  if (tableFind(set, element) < 0) tableAppend(set, element);
}

/** Puts `key: value` into an object under construction; the last value for a key wins. */
export function object_insert(object: TableValue, key: Value, value: Value): void {
  let number = tableFind(object, key);
  if (number < 0) number = tableAppend(object, key);
  setEntryValue(object, number, value);
}

/** The same, but 1 when the key is there with another value (which stays). */
export function object_insert_once(object: TableValue, key: Value, value: Value): i32 {
  const number = tableFind(object, key);
  if (number >= 0) return valueEqual(entryValue(object, number), value) ? 0 : 1;
  setEntryValue(object, tableAppend(object, key), value);
  return 0;
}

/** Takes entry `number` out, in place; the others keep their order. */
export function tableRemove(table: TableValue, number: u32): void {
  const shift = entryShift(table);
  const at = table.entries + ((<usize>number) << shift);
  memory.copy(at, at + ((<usize>1) << shift), (<usize>(table.count - number - 1)) << shift);
  table.count--;
  table.hash = 0;
  rebuildIndex(table);
}

/** Value of `key` in an object, or null. */
export function objectGet(object: TableValue, key: Value): Value | null {
  const number = tableFind(object, key);
  return number < 0 ? null : entryValue(object, number);
}

/** True when the set has the element. */
export function setHas(set: TableValue, element: Value): bool {
  return tableFind(set, element) >= 0;
}
