// Reading elements of collections, for generated code: lookups by key and scans in Rego's order.
import { ArrayValue, arrayItem } from './array';
import { DecimalValue, NumberValue, isInteger, numberFromInteger } from './number';
import { TableValue, entryKey, entryValue, tableFind, tableFindConstant } from './table';
import { sortTable } from './table-sort';
import { FLAG_TEXT, KIND_ARRAY, KIND_NUMBER, KIND_OBJECT, KIND_SET, Value, kindOf } from './value';

/** Element of an array, object or set (of a set: the element itself); 0 when there is none, also for 0. */
export function value_get(collection: Value, key: Value): Value | null {
  // What lies below address 1024 is zero, so undefined has kind 0.
  const kind = kindOf(collection);
  if (kind == KIND_OBJECT) {
    const object = changetype<TableValue>(collection);
    const number = tableFind(object, key);
    return number < 0 ? null : entryValue(object, number);
  }
  if (kind == KIND_ARRAY) {
    const array = changetype<ArrayValue>(collection);
    const index = kindOf(key) == KIND_NUMBER ? plainInteger(changetype<NumberValue>(key)) : -1;
    return <u64>index < array.count ? arrayItem(array, <u32>index) : null;
  }
  if (kind == KIND_SET) {
    const set = changetype<TableValue>(collection);
    const number = tableFind(set, key);
    return number < 0 ? null : entryKey(set, number);
  }
  return null;
}

/** A number's value when it is written as an integer, as an index must be (`1.0` is none), else -1. */
function plainInteger(value: NumberValue): i64 {
  if (!isInteger(value)) return -1;
  // `-0` is the only integer of one digit that keeps its text.
  if (value.word & FLAG_TEXT && changetype<DecimalValue>(value).textLength != 2) return -1;
  return value.integer;
}

/** The same for a key that is a string constant of the module: a few comparisons of addresses. */
export function value_get_const(collection: Value, key: Value): Value | null {
  const table = changetype<TableValue>(collection);
  const kind = kindOf(table);
  if (kind == KIND_OBJECT) {
    if (!table.index) {
      const address = <u32>changetype<usize>(key);
      let at = table.entries;
      const end = at + ((<usize>table.count) << 3);
      for (; at < end; at += 8) if (load<u32>(at) == address) return changetype<Value>(<usize>load<u32>(at, 4));
      return null;
    }
    const number = tableFindConstant(table, key);
    return number < 0 ? null : entryValue(table, number);
  }
  if (kind == KIND_SET) return tableFindConstant(table, key) < 0 ? null : key;
  return null;
}

/** Number of elements; -1 for what is no collection, also for 0. */
export function value_length(value: Value): i32 {
  return kindOf(value) >= KIND_ARRAY ? changetype<ArrayValue>(value).count : -1;
}

/** Starts a scan: number of elements, whose order from here on is Rego's; -1 for what is no collection, also for 0. */
export function scan_length(value: Value): i32 {
  const kind = kindOf(value);
  if (kind < KIND_ARRAY) return -1;
  if (kind != KIND_ARRAY) sortTable(changetype<TableValue>(value));
  return changetype<ArrayValue>(value).count;
}

/** Key of element `index` of a scan: a number for an array, the element for a set. */
export function scan_key(value: Value, index: u32): Value {
  return kindOf(value) == KIND_ARRAY ? numberFromInteger(index) : entryKey(changetype<TableValue>(value), index);
}

/** Value of element `index` of a scan. */
export function scan_value(value: Value, index: u32): Value {
  const kind = kindOf(value);
  if (kind == KIND_ARRAY) return arrayItem(changetype<ArrayValue>(value), index);
  return kind == KIND_OBJECT
    ? entryValue(changetype<TableValue>(value), index)
    : entryKey(changetype<TableValue>(value), index);
}
