// Lists of code point ranges at the free end of the heap, as character classes are read: one list at a time, that only grows at its end.
// A part of it, from some range on, can be sorted, folded and negated in place. Leaves what classes mean to classes.ts.
//
//   | lo << 32 | hi | … an item of 8 bytes each, both ends included
import { heap_pointer, reserve } from '../memory';

export const MAX_RUNE: u32 = 0x10ffff;

/** Ranges in the list. */
export let rangeCount: u32 = 0;

/** Starts an empty list. Nothing may be allocated until it has been taken. */
export function beginRanges(): void {
  rangeCount = 0;
}

/** Address of the range with that number. */
export function rangeAt(index: u32): usize {
  return heap_pointer + ((<usize>index) << 3);
}

export function lowOf(range: u64): u32 {
  return <u32>(range >> 32);
}

export function highOf(range: u64): u32 {
  return <u32>range;
}

export function addRange(low: u32, high: u32): void {
  reserve(rangeAt(rangeCount + 1));
  store<u64>(rangeAt(rangeCount++), ((<u64>low) << 32) | high);
}

/** Sorts the ranges from `first` on and joins those that touch. */
export function cleanRanges(first: u32): void {
  sort(rangeAt(first), rangeCount - first);
  let kept = first;
  for (let i = first; i < rangeCount; i++) {
    const range = load<u64>(rangeAt(i));
    if (kept > first) {
      const previous = load<u64>(rangeAt(kept - 1));
      if (lowOf(range) <= highOf(previous) + 1) {
        const high = max(highOf(range), highOf(previous));
        store<u64>(rangeAt(kept - 1), (previous & 0xffffffff00000000) | high);
        continue;
      }
    }
    store<u64>(rangeAt(kept++), range);
  }
  rangeCount = kept;
}

/** Puts what is in none of the ranges from `first` on, which have to be clean, into their place. */
export function negateRanges(first: u32): void {
  reserve(rangeAt(rangeCount + 1));
  let next: u32 = 0;
  let kept = first;
  for (let i = first; i < rangeCount; i++) {
    const range = load<u64>(rangeAt(i));
    // At most one range is written for each that has been read.
    if (next < lowOf(range)) store<u64>(rangeAt(kept++), ((<u64>next) << 32) | (lowOf(range) - 1));
    next = highOf(range) + 1;
  }
  if (next <= MAX_RUNE) store<u64>(rangeAt(kept++), ((<u64>next) << 32) | MAX_RUNE);
  rangeCount = kept;
}

/** Heap sort: no worst case, no memory. */
function sort(items: usize, count: u32): void {
  for (let start = count >> 1; start > 0; start--) sink(items, start - 1, count);
  for (let end = count; end > 1; end--) {
    const last = items + ((<usize>end - 1) << 3);
    const top = load<u64>(items);
    store<u64>(items, load<u64>(last));
    store<u64>(last, top);
    sink(items, 0, end - 1);
  }
}

function sink(items: usize, from: u32, count: u32): void {
  const value = load<u64>(items + ((<usize>from) << 3));
  let hole = from;
  while (true) {
    let child = hole * 2 + 1;
    if (child >= count) break;
    let at = items + ((<usize>child) << 3);
    if (child + 1 < count && load<u64>(at + 8) > load<u64>(at)) {
      child++;
      at += 8;
    }
    if (load<u64>(at) <= value) break;
    store<u64>(items + ((<usize>hole) << 3), load<u64>(at));
    hole = child;
  }
  store<u64>(items + ((<usize>hole) << 3), value);
}
