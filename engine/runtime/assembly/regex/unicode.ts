// What regular expressions know of Unicode: categories, scripts, and which code points are the same but for case. The tables (made by
// scripts/unicode-tables.ts) are no part of the library: the linker lays them out where a pattern is not known beforehand.
//
//   foldCount | (low | high | step) …       by code point; step: distance to the next of the same letter, or a kind of pair
//   nameCount | (nameAt | nameLength | partsAt | parts) …    sorted names in lower case without separators
//   (rangesAt | ranges) …                   the parts of a name
//   names and ranges: the distance from the end of the last range, then the range's length, seven bits a byte, the lowest first
//   All places count from the start of the tables.
import { MAX_RUNE, addRange, highOf, lowOf, rangeAt, rangeCount } from './ranges';

/** Patch point: address of the tables, 0 when the module has none. */
export let unicode_tables: usize = 0;

/** Steps for pairs of neighbours, of which the even one or the odd one comes first. */
const EVEN_ODD: i32 = 0x7ffffffe;
const ODD_EVEN: i32 = 0x7fffffff;

const FOLD_SIZE: usize = 12;
const NAME_SIZE: usize = 16;

function foldCount(): u32 {
  return unicode_tables == 0 ? 0 : load<u32>(unicode_tables);
}

function foldAt(index: u32): usize {
  return unicode_tables + 4 + <usize>index * FOLD_SIZE;
}

/** The first run of the folding table that ends at `rune` or after it. */
function firstFold(rune: u32): u32 {
  let low: u32 = 0;
  let high = foldCount();
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(foldAt(middle), 4) < rune) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The next code point that is the same letter, and at last `rune` again. */
export function nextFold(rune: u32): u32 {
  const index = firstFold(rune);
  if (index == foldCount() || load<u32>(foldAt(index)) > rune) return rune;
  const step = load<i32>(foldAt(index), 8);
  if (step != EVEN_ODD && step != ODD_EVEN) return rune + step;
  return (rune & 1) == <u32>(step - EVEN_ODD) ? rune + 1 : rune - 1;
}

/** Adds what is the same as something in the ranges from `first` on but for case. */
export function foldRanges(first: u32): void {
  const end = rangeCount;
  for (let i = first; i < end; i++) {
    const range = load<u64>(rangeAt(i));
    const high = highOf(range);
    // All of Unicode holds its own cases.
    if (lowOf(range) == 0 && high == MAX_RUNE) continue;
    for (let index = firstFold(lowOf(range)); index < foldCount(); index++) {
      const start = max(load<u32>(foldAt(index)), lowOf(range));
      if (start > high) break;
      const last = min(load<u32>(foldAt(index), 4), high);
      for (let rune = start; rune <= last; rune++) {
        for (let other = nextFold(rune); other != rune; other = nextFold(other)) addRange(other, other);
      }
    }
  }
}

/** Adds the ranges of a category or script; false when there is none of that name. Case and separators do not count. */
export function addNamed(name: usize, length: u32): bool {
  if (unicode_tables == 0) return false;
  const names = foldAt(foldCount());
  const count = load<u32>(names);
  for (let i: u32 = 0; i < count; i++) {
    const entry = names + 4 + <usize>i * NAME_SIZE;
    if (!isNamed(unicode_tables + load<u32>(entry), load<u32>(entry, 4), name, length)) continue;
    const parts = unicode_tables + load<u32>(entry, 8);
    for (let part: u32 = 0; part < load<u32>(entry, 12); part++) {
      addPacked(unicode_tables + load<u32>(parts + ((<usize>part) << 3)), load<u32>(parts + ((<usize>part) << 3), 4));
    }
    return true;
  }
  return false;
}

function isNamed(known: usize, knownLength: u32, name: usize, length: u32): bool {
  let at: u32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    let byte = <u32>load<u8>(name + i);
    if (byte == 0x5f || byte == 0x2d || byte == 0x20) continue;
    if (byte - 0x41 < 26) byte |= 0x20;
    if (at == knownLength || load<u8>(known + at) != byte) return false;
    at++;
  }
  return at == knownLength;
}

let packed: usize = 0;

function addPacked(start: usize, count: u32): void {
  packed = start;
  let at: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const low = at + unpack();
    at = low + unpack();
    addRange(low, at);
  }
}

function unpack(): u32 {
  let value: u32 = 0;
  let shift: u32 = 0;
  while (true) {
    const byte = <u32>load<u8>(packed++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
    shift += 7;
  }
}
