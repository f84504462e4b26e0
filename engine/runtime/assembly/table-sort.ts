// Puts the entries of an object or set into Rego's order, once, in place, when they are first asked for in order.
// A merge sort in scratch memory: no recursion, O(n log n) at the worst, and an aborted sort leaves the entries as they were.
import { valueCompare } from './compare';
import { holdScratch, releaseScratch } from './memory';
import { TableValue, entryKey, entryShift, rebuildIndex } from './table';
import { FLAG_SORTED, Value } from './value';

/** Runs this long are made by insertion. */
const RUN: u32 = 8;

/** Sorts the entries unless they are sorted. */
export function sortTable(table: TableValue): void {
  if (table.word & FLAG_SORTED) return;
  if (!isAscending(table)) {
    const shift = entryShift(table);
    const count = table.count;
    const bytes = (<usize>count) << shift;
    // Held, as comparing sorts what lies inside the keys.
    const from = holdScratch(bytes * 2);
    memory.copy(from, table.entries, bytes);
    memory.copy(table.entries, mergeSort(from, from + bytes, count, shift), bytes);
    releaseScratch(from);
    rebuildIndex(table);
  }
  table.word |= FLAG_SORTED;
}

function isAscending(table: TableValue): bool {
  const count = table.count;
  for (let i: u32 = 1; i < count; i++) {
    if (valueCompare(entryKey(table, i - 1), entryKey(table, i)) > 0) return false;
  }
  return true;
}

/** Sorts `count` entries of 1 << shift bytes, whose first word is the key; returns which of the two buffers has the result. */
export function mergeSort(from: usize, to: usize, count: u32, shift: usize): usize {
  for (let start: u32 = 0; start < count; start += RUN) insertionSort(from, start, min(start + RUN, count), shift);
  for (let width = RUN; width < count; width <<= 1) {
    for (let start: u32 = 0; start < count; start += width << 1) {
      merge(from, to, start, min(start + width, count), min(start + (width << 1), count), shift);
    }
    const other = from;
    from = to;
    to = other;
  }
  return from;
}

function merge(from: usize, to: usize, start: u32, middle: u32, end: u32, shift: usize): void {
  let a = start;
  let b = middle;
  for (let out = start; out < end; out++) {
    if (b >= end || (a < middle && valueCompare(keyAt(from, a, shift), keyAt(from, b, shift)) <= 0)) {
      moveEntry(to, out, from, a++, shift);
    } else {
      moveEntry(to, out, from, b++, shift);
    }
  }
}

function insertionSort(entries: usize, start: u32, end: u32, shift: usize): void {
  for (let i = start + 1; i < end; i++) {
    const at = entries + ((<usize>i) << shift);
    const entry = shift == 3 ? load<u64>(at) : <u64>load<u32>(at);
    const key = changetype<Value>(<usize>(<u32>entry));
    let j = i;
    while (j > start && valueCompare(keyAt(entries, j - 1, shift), key) > 0) {
      moveEntry(entries, j, entries, j - 1, shift);
      j--;
    }
    const place = entries + ((<usize>j) << shift);
    if (shift == 3) store<u64>(place, entry);
    else store<u32>(place, <u32>entry);
  }
}

function keyAt(entries: usize, number: u32, shift: usize): Value {
  return changetype<Value>(<usize>load<u32>(entries + ((<usize>number) << shift)));
}

function moveEntry(to: usize, number: u32, from: usize, other: u32, shift: usize): void {
  const target = to + ((<usize>number) << shift);
  const source = from + ((<usize>other) << shift);
  if (shift == 3) store<u64>(target, load<u64>(source));
  else store<u32>(target, load<u32>(source));
}
