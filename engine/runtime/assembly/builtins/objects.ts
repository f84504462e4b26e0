// `object.*`, except what edits by JSON paths (json-paths.ts).
import { ArrayValue, arrayItem, array_append, array_new } from '../array';
import { valueEqual } from '../compare';
import { enter, leave } from '../memory';
import { scan_key, scan_length, scan_value } from '../access';
import {
  TableValue,
  objectGet,
  object_insert,
  object_new,
  setEntryValue,
  setHas,
  set_add,
  set_new,
  tableFind,
} from '../table';
import { KIND_ARRAY, KIND_OBJECT, KIND_SET, Value, booleanValue, kindOf } from '../value';
import { arrayOperand, elementAt, failElement, failKind, failType, objectOperand } from './operand';

export function builtin_object_get(object: Value, key: Value, otherwise: Value): Value | null {
  const whole = objectOperand(object, 1);
  if (whole === null) return null;
  if (kindOf(key) != KIND_ARRAY) {
    const value = objectGet(whole, key);
    return value === null ? otherwise : value;
  }
  // An array is a path.
  const path = changetype<ArrayValue>(key);
  let at: Value = whole;
  for (let i: u32 = 0; i < path.count; i++) {
    const next = elementAt(at, arrayItem(path, i));
    if (next === null) return otherwise;
    at = next;
  }
  return at;
}

export function builtin_object_keys(object: Value): Value | null {
  const whole = objectOperand(object, 1);
  if (whole === null) return null;
  const count = scan_length(whole);
  const keys = set_new(count);
  for (let i = 0; i < count; i++) set_add(keys, scan_key(whole, i));
  return keys;
}

export function builtin_object_filter(object: Value, keys: Value): Value | null {
  const whole = objectOperand(object, 1);
  if (whole === null || !keysOperand(keys)) return null;
  const kept = object_new(0);
  // Going by the keys asked for: they are the fewer, as a rule.
  const count = scan_length(keys);
  for (let i = 0; i < count; i++) {
    const key = kindOf(keys) == KIND_OBJECT ? scan_key(keys, i) : scan_value(keys, i);
    const value = objectGet(whole, key);
    if (value !== null) object_insert(kept, key, value);
  }
  return kept;
}

export function builtin_object_remove(object: Value, keys: Value): Value | null {
  const whole = objectOperand(object, 1);
  if (whole === null || !keysOperand(keys)) return null;
  let dropped = keys;
  if (kindOf(keys) == KIND_ARRAY) {
    const array = changetype<ArrayValue>(keys);
    const set = set_new(array.count);
    for (let i: u32 = 0; i < array.count; i++) set_add(set, arrayItem(array, i));
    dropped = set;
  }
  const count = scan_length(whole);
  const rest = object_new(count);
  for (let i = 0; i < count; i++) {
    const key = scan_key(whole, i);
    const drop =
      kindOf(dropped) == KIND_SET
        ? setHas(changetype<TableValue>(dropped), key)
        : objectGet(changetype<TableValue>(dropped), key) !== null;
    if (!drop) object_insert(rest, key, scan_value(whole, i));
  }
  return rest;
}

/** True for an array, a set or an object, whose keys count; otherwise leaves an error. */
function keysOperand(keys: Value): bool {
  const kind = kindOf(keys);
  if (kind == KIND_ARRAY || kind == KIND_SET || kind == KIND_OBJECT) return true;
  failKind(2, (KIND_OBJECT << 8) | (KIND_SET << 4) | KIND_ARRAY, keys);
  return false;
}

export function builtin_object_union(a: Value, b: Value): Value | null {
  const one = objectOperand(a, 1);
  if (one === null) return null;
  const other = objectOperand(b, 2);
  if (other === null) return null;
  return merge(one, other);
}

export function builtin_object_union_n(objects: Value): Value | null {
  const array = arrayOperand(objects, 1);
  if (array === null) return null;
  for (let i: u32 = 0; i < array.count; i++) {
    const item = arrayItem(array, i);
    if (kindOf(item) != KIND_OBJECT) return failElement(1, array, item, 'object');
  }
  return unionOf(array);
}

/**
 * The union of an array's objects, each over those before it. Every entry is looked at once: what a key has in the objects
 * is gathered, from the last value that is no object on, and merged in one go.
 */
function unionOf(objects: ArrayValue): TableValue {
  if (objects.count == 1) return changetype<TableValue>(arrayItem(objects, 0));
  enter();
  const union = object_new(0);
  // What each entry of the union has so far, by its number.
  const gathered = array_new(0);
  for (let i: u32 = 0; i < objects.count; i++) {
    const object = changetype<TableValue>(arrayItem(objects, i));
    const count = scan_length(object);
    for (let k = 0; k < count; k++) {
      const key = scan_key(object, k);
      const value = scan_value(object, k);
      let number = tableFind(union, key);
      if (number < 0) {
        object_insert(union, key, value);
        number = union.count - 1;
        array_append(gathered, array_new(0));
      }
      const values = changetype<ArrayValue>(arrayItem(gathered, number));
      const merges =
        values.count > 0 && kindOf(value) == KIND_OBJECT && kindOf(arrayItem(values, values.count - 1)) == KIND_OBJECT;
      if (!merges) values.count = 0;
      array_append(values, value);
    }
  }
  for (let number: u32 = 0; number < union.count; number++) {
    const values = changetype<ArrayValue>(arrayItem(gathered, number));
    setEntryValue(union, number, values.count == 1 ? arrayItem(values, 0) : unionOf(values));
  }
  leave();
  return union;
}

/** Both objects' entries, `b`'s where both have one, but objects in the same place merged in turn. */
function merge(a: TableValue, b: TableValue): TableValue {
  if (scan_length(b) == 0) return a;
  if (scan_length(a) == 0) return b;
  enter();
  const merged = object_new(scan_length(a) + scan_length(b));
  let count = scan_length(a);
  for (let i = 0; i < count; i++) {
    const key = scan_key(a, i);
    const value = scan_value(a, i);
    const over = objectGet(b, key);
    if (over === null) object_insert(merged, key, value);
    else if (kindOf(value) != KIND_OBJECT || kindOf(over) != KIND_OBJECT) object_insert(merged, key, over);
    else object_insert(merged, key, merge(changetype<TableValue>(value), changetype<TableValue>(over)));
  }
  count = scan_length(b);
  for (let i = 0; i < count; i++) {
    const key = scan_key(b, i);
    if (objectGet(a, key) === null) object_insert(merged, key, scan_value(b, i));
  }
  leave();
  return merged;
}

export function builtin_object_subset(whole: Value, part: Value): Value | null {
  const kind = kindOf(whole);
  const other = kindOf(part);
  if (kind == KIND_ARRAY && other == KIND_SET)
    return booleanValue(arrayHolds(changetype<ArrayValue>(whole), changetype<TableValue>(part)));
  if (kind != other || (kind != KIND_ARRAY && kind != KIND_OBJECT && kind != KIND_SET)) {
    return failType('both arguments object.subset must be of the same type or array and set');
  }
  return booleanValue(isSubset(whole, part));
}

/** Of two values of the same kind: does the one contain the other? Equal values do. */
function isSubset(whole: Value, part: Value): bool {
  const kind = kindOf(whole);
  if (kind != kindOf(part)) return false;
  if (kind == KIND_ARRAY) return arrayContains(changetype<ArrayValue>(whole), changetype<ArrayValue>(part));
  if (kind == KIND_SET) {
    const count = scan_length(part);
    for (let i = 0; i < count; i++) if (!setHas(changetype<TableValue>(whole), scan_value(part, i))) return false;
    return true;
  }
  if (kind != KIND_OBJECT) return valueEqual(whole, part);
  enter();
  const count = scan_length(part);
  let holds = true;
  for (let i = 0; i < count && holds; i++) {
    const value = objectGet(changetype<TableValue>(whole), scan_key(part, i));
    holds = value !== null && isSubset(value, scan_value(part, i));
  }
  leave();
  return holds;
}

/** True when `part` occurs in `whole` in one piece. */
function arrayContains(whole: ArrayValue, part: ArrayValue): bool {
  for (let start: u32 = 0; start + part.count <= whole.count; start++) {
    let i: u32 = 0;
    while (i < part.count && valueEqual(arrayItem(whole, start + i), arrayItem(part, i))) i++;
    if (i == part.count) return true;
  }
  return false;
}

/**
 * True when the elements of `part` are items of `whole`. As in OPA, an item that comes twice counts twice, and the empty
 * array has not even the empty set.
 */
function arrayHolds(whole: ArrayValue, part: TableValue): bool {
  let missing = scan_length(part);
  for (let i: u32 = 0; i < whole.count; i++) {
    if (setHas(part, arrayItem(whole, i))) missing--;
    if (missing == 0) return true;
  }
  return false;
}
