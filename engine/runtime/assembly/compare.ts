// Equality, order and hashes of values of any kind, as Rego has them.
// Leaves strings and numbers to their own files.
import { ArrayValue, arrayItem } from './array';
import { enter, leave } from './memory';
import { NumberValue, numberCompare, numberEqual, numberHash } from './number';
import { StringValue, stringCompare, stringEqual } from './string';
import { TableValue, entryKey, entryValue, tableFind } from './table';
import { sortTable } from './table-sort';
import {
  FLAG_CONSTANT,
  KIND_ARRAY,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  finishHash,
  kindOf,
  mix,
  value_true,
} from './value';

/** True when the values are equal in Rego. */
export function valueEqual(a: Value, b: Value): bool {
  if (changetype<usize>(a) == changetype<usize>(b)) return true;
  const kind = kindOf(a);
  if (kind != kindOf(b)) return false;
  if (kind == KIND_STRING) return stringEqual(changetype<StringValue>(a), changetype<StringValue>(b));
  if (kind == KIND_NUMBER) return numberEqual(changetype<NumberValue>(a), changetype<NumberValue>(b));
  // `null`, `true` and `false` are single.
  if (kind < KIND_NUMBER) return false;
  return equalCollections(a, b, kind);
}

function equalCollections(a: Value, b: Value, kind: u32): bool {
  // Lengths lie at the same place in all collections.
  const count = changetype<ArrayValue>(a).count;
  if (count != changetype<ArrayValue>(b).count) return false;
  if (a.hash && b.hash && a.hash != b.hash) return false;
  enter();
  let equal = true;
  if (kind == KIND_ARRAY) {
    for (let i: u32 = 0; i < count && equal; i++) {
      equal = valueEqual(arrayItem(changetype<ArrayValue>(a), i), arrayItem(changetype<ArrayValue>(b), i));
    }
  } else {
    const x = changetype<TableValue>(a);
    const y = changetype<TableValue>(b);
    for (let i: u32 = 0; i < count && equal; i++) {
      const number = tableFind(y, entryKey(x, i));
      equal = number >= 0 && (kind == KIND_SET || valueEqual(entryValue(x, i), entryValue(y, number)));
    }
  }
  leave();
  return equal;
}

/** Order of two values: -1, 0 or 1. */
export function valueCompare(a: Value, b: Value): i32 {
  if (changetype<usize>(a) == changetype<usize>(b)) return 0;
  const kind = kindOf(a);
  const other = kindOf(b);
  if (kind != other) return kind < other ? -1 : 1;
  if (kind == KIND_STRING) return stringCompare(changetype<StringValue>(a), changetype<StringValue>(b));
  if (kind == KIND_NUMBER) return numberCompare(changetype<NumberValue>(a), changetype<NumberValue>(b));
  if (kind < KIND_NUMBER) return changetype<usize>(a) == value_true ? 1 : -1;
  return compareCollections(a, b, kind);
}

/** Element by element in Rego's order (objects: key, then value), then by length. */
function compareCollections(a: Value, b: Value, kind: u32): i32 {
  const count = changetype<ArrayValue>(a).count;
  const otherCount = changetype<ArrayValue>(b).count;
  const common = min(count, otherCount);
  let order = 0;
  enter();
  if (kind == KIND_ARRAY) {
    for (let i: u32 = 0; i < common && order == 0; i++) {
      order = valueCompare(arrayItem(changetype<ArrayValue>(a), i), arrayItem(changetype<ArrayValue>(b), i));
    }
  } else {
    const x = changetype<TableValue>(a);
    const y = changetype<TableValue>(b);
    sortTable(x);
    sortTable(y);
    for (let i: u32 = 0; i < common && order == 0; i++) {
      order = valueCompare(entryKey(x, i), entryKey(y, i));
      if (order == 0 && kind == KIND_OBJECT) order = valueCompare(entryValue(x, i), entryValue(y, i));
    }
  }
  leave();
  return order != 0 ? order : <i32>(count > otherCount) - <i32>(count < otherCount);
}

/** Hash of a value, never 0; computed once. Of objects and sets it does not depend on the entries' order. */
export function valueHash(value: Value): u32 {
  if (value.hash) return value.hash;
  const hash = kindOf(value) == KIND_NUMBER ? numberHash(changetype<NumberValue>(value)) : hashCollection(value);
  value.hash = hash;
  return hash;
}

function hashCollection(value: Value): u32 {
  const kind = kindOf(value);
  const count = changetype<ArrayValue>(value).count;
  let hash = mix(kind, count);
  enter();
  if (kind == KIND_ARRAY) {
    for (let i: u32 = 0; i < count; i++) hash = mix(hash, valueHash(arrayItem(changetype<ArrayValue>(value), i)));
  } else {
    const table = changetype<TableValue>(value);
    let sum: u32 = 0;
    for (let i: u32 = 0; i < count; i++) {
      let entry = valueHash(entryKey(table, i));
      if (kind == KIND_OBJECT) entry = mix(entry, valueHash(entryValue(table, i)));
      sum += finishHash(entry);
    }
    hash = mix(hash, sum);
  }
  leave();
  return finishHash(hash);
}

/** Exported: Rego equality; either may be 0 (undefined), equal to nothing else. */
export function value_equal(a: Value, b: Value): i32 {
  if (changetype<usize>(a) == changetype<usize>(b)) return 1;
  const kind = kindOf(a);
  if (kind != kindOf(b)) return 0;
  // Most comparisons have a constant string on one side.
  if (kind == KIND_STRING && (a.word | b.word) & FLAG_CONSTANT) return 0;
  return valueEqual(a, b) ? 1 : 0;
}

/** Exported: Rego order. */
export function value_compare(a: Value, b: Value): i32 {
  return valueCompare(a, b);
}
