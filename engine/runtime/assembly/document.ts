// Documents: merging, copies with a value put at a path (`with`), and OPA's ABI for changing base data in place.
import { ArrayValue, arrayItem } from './array';
import { enter, leave } from './memory';
import {
  TableValue,
  entryKey,
  entryValue,
  objectGet,
  object_insert,
  object_new,
  rebuildIndex,
  setEntryValue,
  tableFind,
  tableRemove,
} from './table';
import { FLAG_SORTED, KIND_ARRAY, KIND_OBJECT, Value, kindOf } from './value';

/** Objects merged deeply: where both have a key and not both values are objects, `b` wins. Either may be null. Shares what it can. */
export function object_merge(a: Value | null, b: Value | null): Value | null {
  if (a === null) return b;
  if (b === null) return a;
  if (kindOf(a) != KIND_OBJECT || kindOf(b) != KIND_OBJECT) return b;
  return merge(changetype<TableValue>(a), changetype<TableValue>(b));
}

function merge(a: TableValue, b: TableValue): Value {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  enter();
  const merged = copyObject(a, b.count);
  const count = b.count;
  for (let i: u32 = 0; i < count; i++) {
    const key = entryKey(b, i);
    let value = entryValue(b, i);
    const number = tableFind(a, key);
    if (number < 0) {
      object_insert(merged, key, value);
      continue;
    }
    const other = entryValue(a, number);
    if (kindOf(value) == KIND_OBJECT && kindOf(other) == KIND_OBJECT) {
      value = merge(changetype<TableValue>(other), changetype<TableValue>(value));
    }
    setEntryValue(merged, number, value);
  }
  leave();
  return merged;
}

/** A new object with the entries of `object`, under the same numbers, and room for `more`. */
export function copyObject(object: TableValue, more: u32): TableValue {
  const count = object.count;
  const copy = object_new(count + more);
  memory.copy(copy.entries, object.entries, (<usize>count) << 3);
  copy.count = count;
  copy.word = KIND_OBJECT | (object.word & FLAG_SORTED);
  rebuildIndex(copy);
  return copy;
}

/** A copy of `root` (which may be null) with `value` at `path`; what is no object on the way gives place to one. Copies along the path only. */
export function document_patch(root: Value | null, path: ArrayValue, value: Value): Value {
  return patch(root, path, 0, value);
}

function patch(root: Value | null, path: ArrayValue, depth: u32, value: Value): Value {
  if (depth == path.count) return value;
  enter();
  const key = arrayItem(path, depth);
  let object: TableValue;
  let inner: Value | null = null;
  if (root !== null && kindOf(root) == KIND_OBJECT) {
    object = copyObject(changetype<TableValue>(root), 1);
    inner = objectGet(object, key);
  } else {
    object = object_new(1);
  }
  object_insert(object, key, patch(inner, path, depth + 1, value));
  leave();
  return object;
}

const OK: i32 = 0;
const INVALID_TYPE: i32 = 2;
const INVALID_PATH: i32 = 3;

/** OPA's ABI: puts `value` at `path` (an array of keys, not empty) into the object `base`, in place. */
export function opa_value_add_path(base: Value, path: Value, value: Value): i32 {
  if (kindOf(path) != KIND_ARRAY) return INVALID_PATH;
  const keys = changetype<ArrayValue>(path);
  const count = keys.count;
  if (count == 0) return INVALID_PATH;
  if (kindOf(base) != KIND_OBJECT) return INVALID_TYPE;
  // First what is there is followed, so that nothing changes when it cannot be done.
  let object = changetype<TableValue>(base);
  let level: u32 = 0;
  for (; level < count - 1; level++) {
    const next = objectGet(object, arrayItem(keys, level));
    if (next === null) break;
    if (kindOf(next) != KIND_OBJECT) return INVALID_TYPE;
    object = changetype<TableValue>(next);
  }
  for (; level < count - 1; level++) {
    const next = object_new(1);
    object_insert(object, arrayItem(keys, level), next);
    object = next;
  }
  object_insert(object, arrayItem(keys, level), value);
  forgetHashes(base, keys);
  return OK;
}

/** OPA's ABI: takes what is at `path` out of the object `base`, in place. Nothing there is no error. */
export function opa_value_remove_path(base: Value, path: Value): i32 {
  if (kindOf(path) != KIND_ARRAY) return INVALID_PATH;
  const keys = changetype<ArrayValue>(path);
  const count = keys.count;
  if (count == 0) return INVALID_PATH;
  let object = base;
  for (let level: u32 = 0; level < count; level++) {
    if (kindOf(object) != KIND_OBJECT) return OK;
    const table = changetype<TableValue>(object);
    const number = tableFind(table, arrayItem(keys, level));
    if (number < 0) return OK;
    if (level == count - 1) tableRemove(table, number);
    else object = entryValue(table, number);
  }
  forgetHashes(base, keys);
  return OK;
}

/** Objects along the path have changed with the innermost one. */
function forgetHashes(base: Value, keys: ArrayValue): void {
  let object: Value | null = base;
  for (let level: u32 = 0; level < keys.count && object !== null && kindOf(object) == KIND_OBJECT; level++) {
    object.hash = 0;
    object = objectGet(changetype<TableValue>(object), arrayItem(keys, level));
  }
}

/** OPA's ABI. Values are freed with the heap. */
export function opa_value_free(_value: Value): void {}
