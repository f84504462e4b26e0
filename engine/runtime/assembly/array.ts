// Arrays: a growing run of values.
//
//   0      4      8       12         16
//   | word | hash | count | capacity | items | 4 bytes unused
//
//   items  address of `capacity` words, of which `count` are in use
import { allocate, checkCapacity, copyBytes } from './memory';
import { KIND_ARRAY, Value } from './value';

const ARRAY_HEADER: usize = 24;

@unmanaged
export class ArrayValue extends Value {
  count: u32;
  capacity: u32;
  items: usize;
}

/** An empty array with room for `capacity` items. */
export function array_new(capacity: u32): ArrayValue {
  checkCapacity(capacity);
  const value = changetype<ArrayValue>(allocate(ARRAY_HEADER + ((<usize>capacity) << 2)));
  value.word = KIND_ARRAY;
  value.hash = 0;
  value.count = 0;
  value.capacity = capacity;
  value.items = changetype<usize>(value) + ARRAY_HEADER;
  return value;
}

/** An array of the `count` values in the words at `items`. */
export function arrayOf(items: usize, count: u32): ArrayValue {
  const value = array_new(count);
  value.count = count;
  copyBytes(value.items, items, (<usize>count) << 2);
  return value;
}

/** Item number `index`, which must be less than `count`. */
export function arrayItem(array: ArrayValue, index: u32): Value {
  return changetype<Value>(<usize>load<u32>(array.items + ((<usize>index) << 2)));
}

export function arraySetItem(array: ArrayValue, index: u32, value: Value): void {
  store<u32>(array.items + ((<usize>index) << 2), <u32>changetype<usize>(value));
}

/** Appends in place: only for arrays still under construction. */
export function array_append(array: ArrayValue, value: Value): void {
  const count = array.count;
  if (count == array.capacity) {
    const capacity = max(count << 1, 4);
    const items = allocate((<usize>capacity) << 2);
    memory.copy(items, array.items, (<usize>count) << 2);
    array.items = items;
    array.capacity = capacity;
  }
  array.count = count + 1;
  array.hash = 0;
  arraySetItem(array, count, value);
}
