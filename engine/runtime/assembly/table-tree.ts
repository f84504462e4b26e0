// The index of objects and sets whose keys' hashes collide: an AA tree over the entries, ordered as Rego orders values.
// Leaves the decision to use it to table.ts.
//
//   per entry   0       4
//               | left  | right |      left   entry number + 1 of the left child (27 bits), level above it (5 bits)
//                                      right  entry number + 1 of the right child
//
// An AA tree is a binary tree whose balance is kept by two rotations: a node's left child is one level below it, its right
// child at most on the same level, its right grandchild below. The depth is at most twice log2 of the entries; 27 bits
// number more entries than 2 GiB hold.
import { valueCompare } from './compare';
import { TableValue, entryKey } from './table';
import { Value } from './value';

const CHILD: u32 = 0x7ffffff;
const LEVEL_SHIFT: u32 = 27;

function node(table: TableValue, id: u32): usize {
  return table.index + ((<usize>(id - 1)) << 3);
}

function left(table: TableValue, id: u32): u32 {
  return load<u32>(node(table, id)) & CHILD;
}

function right(table: TableValue, id: u32): u32 {
  return load<u32>(node(table, id), 4);
}

/** 0 for no node. */
function level(table: TableValue, id: u32): u32 {
  return id == 0 ? 0 : load<u32>(node(table, id)) >> LEVEL_SHIFT;
}

function setLeft(table: TableValue, id: u32, child: u32): void {
  const at = node(table, id);
  store<u32>(at, (load<u32>(at) & ~CHILD) | child);
}

function setRight(table: TableValue, id: u32, child: u32): void {
  store<u32>(node(table, id), child, 4);
}

/** Entry number of `key`, or -1. */
export function treeFind(table: TableValue, key: Value): i32 {
  let id = table.root;
  while (id) {
    const order = valueCompare(key, entryKey(table, id - 1));
    if (order == 0) return id - 1;
    id = order < 0 ? left(table, id) : right(table, id);
  }
  return -1;
}

/** Adds entry `number`, whose key is not in the tree. */
export function treeInsert(table: TableValue, number: u32): void {
  const id = number + 1;
  store<u32>(node(table, id), 1 << LEVEL_SHIFT);
  store<u32>(node(table, id), 0, 4);
  table.root = insertBelow(table, table.root, id);
}

/** Makes the tree of all entries. */
export function treeBuild(table: TableValue): void {
  table.root = 0;
  const count = table.count;
  for (let i: u32 = 0; i < count; i++) treeInsert(table, i);
}

/** Recursion is as deep as the tree: at most about 54 levels. */
function insertBelow(table: TableValue, root: u32, id: u32): u32 {
  if (root == 0) return id;
  if (valueCompare(entryKey(table, id - 1), entryKey(table, root - 1)) < 0) {
    setLeft(table, root, insertBelow(table, left(table, root), id));
  } else {
    setRight(table, root, insertBelow(table, right(table, root), id));
  }
  return split(table, skew(table, root));
}

/** Turns a left child on the same level into a right one. */
function skew(table: TableValue, root: u32): u32 {
  const child = left(table, root);
  if (child == 0 || level(table, child) != level(table, root)) return root;
  setLeft(table, root, right(table, child));
  setRight(table, child, root);
  return child;
}

/** Turns two right children in a row on the same level into a node one level up. */
function split(table: TableValue, root: u32): u32 {
  const child = right(table, root);
  if (child == 0 || level(table, right(table, child)) != level(table, root)) return root;
  setRight(table, root, left(table, child));
  setLeft(table, child, root);
  const at = node(table, child);
  store<u32>(at, load<u32>(at) + (1 << LEVEL_SHIFT));
  return child;
}
