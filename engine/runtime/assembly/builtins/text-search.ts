// Finding a text in a text in linear time. Most needles are found at once by comparing from their first byte on; a search
// whose comparisons keep failing late goes on by the two-way method (Crochemore and Perrin, 1991), which needs no tables.
// One search at a time: beginSearch, then findNext as often as need be.
import { sameBytes } from '../string';

let needle: usize = 0;
let needleLength: i32 = 0;

/** What comparing byte by byte may still cost before the two-way method takes over; negative: it has. */
let patience: i64 = 0;

// The two-way method's knowledge of the needle: where it is cut, its period, and whether the period is one of the whole.
let cut: i32 = 0;
let period: i32 = 0;
let periodic: bool = false;

/** Sets what findNext looks for; `length` is at least 1. */
export function beginSearch(bytes: usize, length: u32): void {
  needle = bytes;
  needleLength = length;
  patience = 256;
}

/** Address of the first occurrence from `at` on before `end`, or `end` when there is none. */
export function findNext(at: usize, end: usize): usize {
  if (patience >= 0) {
    const first = load<u8>(needle);
    // Progress earns patience, so that a text of any length without near misses is searched the quick way.
    for (; at + needleLength <= end; at++, patience += 2) {
      if (load<u8>(at) != first) continue;
      let i = 1;
      while (i < needleLength && load<u8>(needle + i) == load<u8>(at + i)) i++;
      if (i == needleLength) return at;
      patience -= i;
      if (patience < 0) {
        prepare();
        break;
      }
    }
    if (patience >= 0) return end;
  }
  return findTwoWay(at, end);
}

function prepare(): void {
  const one = maximalSuffix(false);
  const onePeriod = period;
  const other = maximalSuffix(true);
  cut = other;
  if (one > other) {
    cut = one;
    period = onePeriod;
  }
  periodic = cut + 1 + period <= needleLength && sameBytes(needle, needle + period, cut + 1);
  if (!periodic) period = max(cut + 1, needleLength - cut - 1) + 1;
}

/** Index before the greatest suffix of the needle, in byte order or its reverse; sets `period` to that suffix's. */
function maximalSuffix(reverse: bool): i32 {
  let start = -1;
  let at = 0;
  let offset = 1;
  period = 1;
  while (at + offset < needleLength) {
    const a = load<u8>(needle + at + offset);
    const b = load<u8>(needle + start + offset);
    if (a == b) {
      if (offset == period) {
        at += period;
        offset = 1;
      } else offset++;
    } else if (a < b != reverse) {
      at += offset;
      offset = 1;
      period = at - start;
    } else {
      start = at++;
      offset = 1;
      period = 1;
    }
  }
  return start;
}

function findTwoWay(at: usize, end: usize): usize {
  // Bytes of the needle known to match from the last step, for periodic needles.
  let known = -1;
  while (at + needleLength <= end) {
    let i = max(cut, known) + 1;
    while (i < needleLength && load<u8>(needle + i) == load<u8>(at + i)) i++;
    if (i < needleLength) {
      at += i - cut;
      known = -1;
      continue;
    }
    i = cut;
    while (i > known && load<u8>(needle + i) == load<u8>(at + i)) i--;
    if (i <= known) return at;
    at += period;
    known = periodic ? needleLength - period - 1 : -1;
  }
  return end;
}
