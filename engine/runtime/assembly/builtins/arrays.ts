// `array.concat`, `array.flatten`, `array.reverse`, `array.slice`.
import { ArrayValue, arrayItem, array_append, array_new } from '../array';
import { KIND_ARRAY, Value, kindOf } from '../value';
import { arrayOperand, integerOperand, integerRead } from './operand';

export function builtin_array_concat(a: Value, b: Value): Value | null {
  const first = arrayOperand(a, 1);
  if (first === null) return null;
  const second = arrayOperand(b, 2);
  if (second === null) return null;
  if (first.count == 0) return second;
  if (second.count == 0) return first;
  const all = array_new(first.count + second.count);
  appendItems(all, first);
  appendItems(all, second);
  return all;
}

function appendItems(to: ArrayValue, from: ArrayValue): void {
  for (let i: u32 = 0; i < from.count; i++) array_append(to, arrayItem(from, i));
}

/** One level: the items of items that are arrays. */
export function builtin_array_flatten(items: Value): Value | null {
  const array = arrayOperand(items, 1);
  if (array === null) return null;
  const flat = array_new(array.count);
  for (let i: u32 = 0; i < array.count; i++) {
    const item = arrayItem(array, i);
    if (kindOf(item) == KIND_ARRAY) appendItems(flat, changetype<ArrayValue>(item));
    else array_append(flat, item);
  }
  return flat;
}

export function builtin_array_reverse(items: Value): Value | null {
  const array = arrayOperand(items, 1);
  if (array === null) return null;
  const reversed = array_new(array.count);
  for (let i = array.count; i > 0; i--) array_append(reversed, arrayItem(array, i - 1));
  return reversed;
}

/** Items from `start` up to, not including, `stop`, both brought into the array's bounds. */
export function builtin_array_slice(items: Value, start: Value, stop: Value): Value | null {
  const array = arrayOperand(items, 1);
  if (array === null) return null;
  if (!integerOperand(start, 2)) return null;
  const from = max(integerRead, 0);
  if (!integerOperand(stop, 3)) return null;
  const to = min(integerRead, <i64>array.count);
  if (from == 0 && to == <i64>array.count) return array;
  const slice = array_new(from < to ? <u32>(to - from) : 0);
  for (let i = from; i < to; i++) array_append(slice, arrayItem(array, <u32>i));
  return slice;
}
