// `json.filter` and `json.remove`, and the reading of paths they share with json.patch.
// A path is `a/b/0` with `~1` for `/` and `~0` for `~`, or an array of keys.
import { ArrayValue, arrayItem, array_append, array_new } from '../array';
import { enter, leave } from '../memory';
import { StringValue, stringBytes, stringNew } from '../string';
import { scan_key, scan_length, scan_value } from '../access';
import { TableValue, objectGet, object_insert, object_new, set_add, set_new } from '../table';
import { beginText, endText, putByte, putInteger } from '../text-builder';
import { KIND_ARRAY, KIND_NULL, KIND_SET, KIND_STRING, Value, kindOf, nullValue } from '../value';
import { failKind, failOperandKind, objectOperand } from './operand';

/** The keys along a path, or null with an error left. */
export function readPath(path: Value): ArrayValue | null {
  const kind = kindOf(path);
  if (kind == KIND_ARRAY) return changetype<ArrayValue>(path);
  if (kind != KIND_STRING) {
    failOperandKind(2, 'must be one of {set, array} containing string paths or array of path segments but got ', path);
    return null;
  }
  const keys = array_new(4);
  const text = changetype<StringValue>(path);
  let at = stringBytes(text);
  const end = at + text.length;
  if (at == end) return keys;
  while (at < end && load<u8>(at) == 0x2f) at++;
  while (true) {
    const start = at;
    let escaped = false;
    for (; at < end && load<u8>(at) != 0x2f; at++) if (load<u8>(at) == 0x7e) escaped = true;
    array_append(keys, escaped ? unescape(start, at) : stringNew(start, <u32>(at - start)));
    if (at == end) return keys;
    at++;
  }
}

function unescape(at: usize, end: usize): StringValue {
  beginText();
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    const next = byte == 0x7e && at + 1 < end ? <u32>load<u8>(at, 1) : 0;
    if (next == 0x31) {
      at++;
      putByte(0x2f);
    } else if (next == 0x30) {
      at++;
      putByte(0x7e);
    } else putByte(byte);
  }
  return endText();
}

/** Paths as a tree of objects by key, null where a path ends; paths that go on below the end of another add nothing. */
function readPaths(paths: Value): TableValue | null {
  const kind = kindOf(paths);
  if (kind != KIND_ARRAY && kind != KIND_SET) {
    failKind(2, (KIND_SET << 4) | KIND_ARRAY, paths);
    return null;
  }
  const root = object_new(0);
  const count = scan_length(paths);
  for (let i = 0; i < count; i++) {
    const path = readPath(scan_value(paths, i));
    if (path === null) return null;
    if (path.count == 0) continue;
    let node = root;
    let covered = false;
    for (let k: u32 = 0; k + 1 < path.count; k++) {
      const key = arrayItem(path, k);
      const child = objectGet(node, key);
      if (child !== null && kindOf(child) == KIND_NULL) {
        covered = true;
        break;
      }
      if (child !== null) {
        node = changetype<TableValue>(child);
        continue;
      }
      const inner = object_new(0);
      object_insert(node, key, inner);
      node = inner;
    }
    if (!covered) object_insert(node, arrayItem(path, path.count - 1), nullValue());
  }
  return root;
}

/** An array's index as the key it has in a path. */
function indexKey(index: u32): StringValue {
  beginText();
  putInteger(index);
  return endText();
}

export function builtin_json_filter(object: Value, paths: Value): Value | null {
  const whole = objectOperand(object, 1);
  if (whole === null) return null;
  const tree = readPaths(paths);
  return tree === null ? null : keep(whole, tree);
}

/** The parts of `value` that the tree names. */
function keep(value: Value, tree: Value): Value {
  const kind = kindOf(value);
  if (kindOf(tree) == KIND_NULL || kind < KIND_ARRAY) return value;
  const branches = changetype<TableValue>(tree);
  enter();
  let kept: Value;
  const count = scan_length(value);
  if (kind == KIND_ARRAY) {
    const array = array_new(0);
    for (let i = 0; i < count; i++) {
      const branch = objectGet(branches, indexKey(i));
      if (branch !== null) array_append(array, keep(scan_value(value, i), branch));
    }
    kept = array;
  } else if (kind == KIND_SET) {
    const set = set_new(0);
    for (let i = 0; i < count; i++) {
      const item = scan_value(value, i);
      const branch = objectGet(branches, item);
      if (branch !== null) set_add(set, keep(item, branch));
    }
    kept = set;
  } else {
    const object = object_new(0);
    const named = scan_length(branches);
    for (let i = 0; i < named; i++) {
      const key = scan_key(branches, i);
      const inner = objectGet(changetype<TableValue>(value), key);
      if (inner !== null) object_insert(object, key, keep(inner, scan_value(branches, i)));
    }
    kept = object;
  }
  leave();
  return kept;
}

export function builtin_json_remove(object: Value, paths: Value): Value | null {
  const whole = objectOperand(object, 1);
  if (whole === null) return null;
  const tree = readPaths(paths);
  return tree === null ? null : drop(whole, tree);
}

/** `value` without the parts that the tree names, or null when it is itself named. */
function drop(value: Value, tree: Value | null): Value | null {
  if (tree === null) return value;
  if (kindOf(tree) == KIND_NULL) return null;
  const kind = kindOf(value);
  if (kind < KIND_ARRAY) return value;
  const branches = changetype<TableValue>(tree);
  enter();
  let rest: Value;
  const count = scan_length(value);
  if (kind == KIND_ARRAY) {
    const array = array_new(count);
    for (let i = 0; i < count; i++) {
      const item = drop(scan_value(value, i), objectGet(branches, indexKey(i)));
      if (item !== null) array_append(array, item);
    }
    rest = array;
  } else if (kind == KIND_SET) {
    const set = set_new(count);
    for (let i = 0; i < count; i++) {
      const element = scan_value(value, i);
      const item = drop(element, objectGet(branches, element));
      if (item !== null) set_add(set, item);
    }
    rest = set;
  } else {
    const object = object_new(count);
    for (let i = 0; i < count; i++) {
      const key = scan_key(value, i);
      const inner = drop(scan_value(value, i), objectGet(branches, key));
      if (inner !== null) object_insert(object, key, inner);
    }
    rest = object;
  }
  leave();
  return rest;
}
