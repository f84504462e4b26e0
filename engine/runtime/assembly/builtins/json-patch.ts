// `json.patch`: RFC 6902 on any value; paths may lead through sets, whose elements are their own keys.
// The first operation that leads through a collection copies it; those after it change the copy in place.
import { ArrayValue, arrayItem, arraySetItem, array_append, array_new } from '../array';
import { valueEqual } from '../compare';
import { enter, leave, opa_heap_ptr_get } from '../memory';
import { NumberValue, isInteger } from '../number';
import { StringValue, stringBytes, stringFromLiteral } from '../string';
import { scan_key, scan_length, scan_value } from '../access';
import {
  TableValue,
  objectGet,
  object_insert,
  object_new,
  setHas,
  set_add,
  set_new,
  tableFind,
  tableRemove,
} from '../table';
import { putByte, putInteger, putLiteral, putString } from '../text-builder';
import { KIND_ARRAY, KIND_NUMBER, KIND_OBJECT, KIND_SET, KIND_STRING, Value, kindOf } from '../value';
import { arrayOperand, beginFault, endFault, fail, isWrittenWhole, kindName } from './operand';
import { readPath } from './json-paths';
import { putTerm } from './rego-text';

const ADD: u32 = 1;
const REMOVE: u32 = 2;
const REPLACE: u32 = 3;
const MOVE: u32 = 4;
const COPY: u32 = 5;
const TEST: u32 = 6;

export function builtin_json_patch(target: Value, patches: Value): Value | null {
  const operations = arrayOperand(patches, 2);
  if (operations === null) return null;
  document = target;
  disown();
  for (let i: u32 = 0; i < operations.count; i++) {
    const operation = arrayItem(operations, i);
    if (kindOf(operation) != KIND_OBJECT) {
      return fail('must be an array of JSON-Patch objects, but at least one element is not an object');
    }
    if (!applyOperation(changetype<TableValue>(operation))) return null;
  }
  return document;
}

/** What is being patched; null once the whole is removed. */
let document: Value | null = null;

/** Collections from here on were made for this document and stand at one place of it. */
let ownedFrom: usize = 0;

/** From now on nothing that is there may be changed in place. */
function disown(): void {
  ownedFrom = opa_heap_ptr_get();
}

function isOwned(node: Value): bool {
  return changetype<usize>(node) >= ownedFrom;
}

/** One operation on the document; false when it fails, with an error left. */
function applyOperation(operation: TableValue): bool {
  const path = attribute(operation, 'path');
  if (path === null) return false;
  const name = attribute(operation, 'op');
  if (name === null) return false;
  if (kindOf(name) != KIND_STRING) {
    beginFault();
    putLiteral("attribute 'op' must be a string but found: ");
    putLiteral(kindName(kindOf(name)));
    endFault();
    return false;
  }
  const keys = readPath(path);
  if (keys === null) return false;
  const kind = kindOfOperation(changetype<StringValue>(name));
  if (kind == ADD) {
    const value = attribute(operation, 'value');
    return value !== null && add(keys, value);
  }
  if (kind == REMOVE) return remove(keys);
  if (kind == REPLACE) {
    const value = objectGet(operation, stringFromLiteral('value'));
    if (value !== null && keys.count > 0) {
      document = edit(document, keys, 0, value, true);
      return document !== null;
    }
    return remove(keys) && attribute(operation, 'value') !== null && add(keys, changetype<Value>(value));
  }
  if (kind == MOVE || kind == COPY) {
    const from = attribute(operation, 'from');
    if (from === null) return false;
    const source = readPath(from);
    if (source === null) return false;
    const value = lookUp(source);
    // What is copied stands at two places.
    if (kind == COPY) disown();
    return value !== null && (kind == COPY || remove(source)) && add(keys, value);
  }
  if (kind == TEST) {
    const found = lookUp(keys);
    if (found === null) return false;
    const wanted = attribute(operation, 'value');
    return wanted !== null && (valueEqual(found, wanted) || refuseTest(wanted, found));
  }
  beginFault();
  putLiteral("unrecognized op: '");
  putString(changetype<StringValue>(name));
  putByte(0x27);
  endFault();
  return false;
}

function kindOfOperation(name: StringValue): u32 {
  if (isText(name, 'add')) return ADD;
  if (isText(name, 'remove')) return REMOVE;
  if (isText(name, 'replace')) return REPLACE;
  if (isText(name, 'move')) return MOVE;
  if (isText(name, 'copy')) return COPY;
  return isText(name, 'test') ? TEST : 0;
}

function isText(string: StringValue, text: string): bool {
  if (string.length != <u32>text.length) return false;
  for (let i = 0; i < text.length; i++) if (load<u8>(stringBytes(string) + i) != text.charCodeAt(i)) return false;
  return true;
}

function attribute(operation: TableValue, name: string): Value | null {
  const value = objectGet(operation, stringFromLiteral(name));
  if (value !== null) return value;
  beginFault();
  putLiteral("missing required attribute '");
  putLiteral(name);
  putByte(0x27);
  return endFault();
}

function refuseTest(wanted: Value, found: Value): bool {
  beginFault();
  putLiteral('value from EditTree != patch value.\n\nExpected: ');
  putTerm(wanted);
  putLiteral('\n\nFound: ');
  putTerm(found);
  endFault();
  return false;
}

function add(path: ArrayValue, value: Value): bool {
  document = path.count == 0 ? value : edit(document, path, 0, value, false);
  return document !== null;
}

function remove(path: ArrayValue): bool {
  if (path.count > 0) {
    document = edit(document, path, 0, null, false);
    return document !== null;
  }
  if (document === null) {
    fail('deleted node encountered during delete operation');
    return false;
  }
  document = null;
  return true;
}

/** The value at a path, or null with an error left. */
function lookUp(path: ArrayValue): Value | null {
  let at = document;
  for (let i: u32 = 0; i < path.count && at !== null; i++) at = child(at, arrayItem(path, i));
  if (document === null) fail('nil value encountered where composite value was expected');
  return at;
}

/**
 * `node` with `value` put in at the path from step `index` on, in the place of what is there when `replaces`, or with what
 * is there taken out when `value` is null. Null with an error left when it can't be.
 */
function edit(node: Value | null, path: ArrayValue, index: u32, value: Value | null, replaces: bool): Value | null {
  if (node === null) return fail('nil value encountered where composite value was expected');
  const key = arrayItem(path, index);
  if (index + 1 == path.count) {
    if (value === null) return without(node, key);
    if (!replaces) return withAdded(node, key, value);
    if (kindOf(node) == KIND_OBJECT && objectGet(changetype<TableValue>(node), key) !== null)
      return objectWith(changetype<TableValue>(node), key, value);
    const rest = without(node, key);
    return rest === null ? null : withAdded(rest, key, value);
  }
  // An element that changed in place would be lost to its set.
  if (kindOf(node) == KIND_SET) disown();
  const inner = child(node, key);
  if (inner === null) return null;
  enter();
  const edited = edit(inner, path, index + 1, value, replaces);
  leave();
  return edited === null ? null : withReplaced(node, key, edited);
}

/** The value at one step down, or null with an error left. */
function child(node: Value, key: Value): Value | null {
  const kind = kindOf(node);
  if (kind == KIND_ARRAY) {
    const array = changetype<ArrayValue>(node);
    const index = indexOf(array, key);
    if (index == NO_INDEX) return null;
    if (<u64>index < <u64>array.count) return arrayItem(array, <u32>index);
    beginFault();
    putLiteral('path ');
    putInteger(index);
    putLiteral(' does not exist in array term ');
    putTerm(node);
    return endFault();
  }
  if (kind == KIND_OBJECT) {
    const value = objectGet(changetype<TableValue>(node), key);
    if (value !== null) return value;
  } else if (kind == KIND_SET) {
    if (setHas(changetype<TableValue>(node), key)) return key;
  } else {
    beginFault();
    putLiteral('expected composite type for path ');
    putTerm(key);
    putLiteral(', found value: ');
    return refuseScalar(node);
  }
  beginFault();
  putLiteral('path ');
  // OPA prints a string's own text where a set was looked into.
  if (kind == KIND_SET && kindOf(key) == KIND_STRING) putString(changetype<StringValue>(key));
  else putTerm(key);
  putLiteral(kind == KIND_OBJECT ? ' does not exist in object term ' : ' does not exist in set term ');
  putTerm(node);
  return endFault();
}

/** Ends an error about a value with nothing inside. */
function refuseScalar(node: Value): Value | null {
  putTerm(node);
  putLiteral(' (type: ast.');
  // The kind's name with a capital.
  const name = kindName(kindOf(node));
  putByte(name.charCodeAt(0) - 0x20);
  for (let i = 1; i < name.length; i++) putByte(name.charCodeAt(i));
  putByte(0x29);
  return endFault();
}

const NO_INDEX: i64 = i64.MIN_VALUE;

/** Where a key points in an array: `-` behind the end. NO_INDEX with an error left when it is no index. */
function indexOf(array: ArrayValue, key: Value): i64 {
  const kind = kindOf(key);
  if (kind == KIND_NUMBER) {
    const number = changetype<NumberValue>(key);
    if (isInteger(number) && isWrittenWhole(number) && number.integer != NO_INDEX) return number.integer;
    fail('invalid number type for indexing');
    return NO_INDEX;
  }
  if (kind != KIND_STRING) {
    fail('invalid type for indexing');
    return NO_INDEX;
  }
  const text = changetype<StringValue>(key);
  const bytes = stringBytes(text);
  if (text.length == 1 && load<u8>(bytes) == 0x2d) return array.count;
  let at: u32 = text.length > 0 && (load<u8>(bytes) == 0x2d || load<u8>(bytes) == 0x2b) ? 1 : 0;
  const negative = at == 1 && load<u8>(bytes) == 0x2d;
  const first = at;
  let index: i64 = 0;
  for (; at < text.length; at++) {
    const digit = <u32>load<u8>(bytes + at) - 0x30;
    if (digit > 9 || index > 100000000000000000) break;
    index = index * 10 + digit;
  }
  if (at < text.length || at == first) {
    fail('invalid string for indexing');
    return NO_INDEX;
  }
  if (first == 0 && text.length > 1 && load<u8>(bytes) == 0x30) {
    fail('leading zeros are not allowed in JSON paths');
    return NO_INDEX;
  }
  return negative ? -index : index;
}

function withAdded(node: Value, key: Value, value: Value): Value | null {
  const kind = kindOf(node);
  if (kind == KIND_OBJECT) return objectWith(changetype<TableValue>(node), key, value);
  if (kind == KIND_SET) {
    if (!valueEqual(key, value)) {
      beginFault();
      putLiteral('set key ');
      putTerm(key);
      putLiteral(' does not equal value to be inserted ');
      putTerm(value);
      return endFault();
    }
    const set = setWithout(changetype<TableValue>(node), key);
    set_add(set, value);
    return set;
  }
  if (kind != KIND_ARRAY) {
    beginFault();
    putLiteral('expected composite type, found value: ');
    return refuseScalar(node);
  }
  const array = changetype<ArrayValue>(node);
  const index = indexOf(array, key);
  if (index == NO_INDEX) return null;
  if (index < 0 || index > <i64>array.count) return fail('index for array insertion out of bounds');
  return splice(array, <u32>index, 0, value);
}

function without(node: Value, key: Value): Value | null {
  const kind = kindOf(node);
  if (kind == KIND_ARRAY) {
    const array = changetype<ArrayValue>(node);
    const index = indexOf(array, key);
    if (index == NO_INDEX) return null;
    if (index < 0 || index >= <i64>array.count) return fail('index for array delete out of bounds');
    return splice(array, <u32>index, 1, null);
  }
  const table = changetype<TableValue>(node);
  if (kind == KIND_OBJECT && objectGet(table, key) !== null) return objectWith(table, key, null);
  if (kind == KIND_SET && setHas(table, key)) return setWithout(table, key);
  beginFault();
  if (kind != KIND_OBJECT && kind != KIND_SET) {
    putLiteral('expected composite type, found value: ');
    return refuseScalar(node);
  }
  putLiteral('cannot delete child key ');
  putTerm(key);
  putLiteral(' that does not exist');
  return endFault();
}

/** `node` with `edited` in the place of what `key` leads to. */
function withReplaced(node: Value, key: Value, edited: Value): Value {
  const kind = kindOf(node);
  if (kind == KIND_OBJECT) return objectWith(changetype<TableValue>(node), key, edited);
  if (kind == KIND_SET) {
    const set = setWithout(changetype<TableValue>(node), key);
    set_add(set, edited);
    return set;
  }
  const array = changetype<ArrayValue>(node);
  return splice(array, <u32>indexOf(array, key), 1, edited);
}

/** The array without `dropped` items (at most one) from `index` on, and with `value` there instead unless it is null. */
function splice(array: ArrayValue, index: u32, dropped: u32, value: Value | null): ArrayValue {
  if (isOwned(array)) {
    if (value === null) {
      const at = array.items + ((<usize>index) << 2);
      memory.copy(at, at + 4, (<usize>(array.count - index - 1)) << 2);
      array.count--;
    } else {
      if (dropped == 0) {
        array_append(array, value);
        const at = array.items + ((<usize>index) << 2);
        memory.copy(at + 4, at, (<usize>(array.count - index - 1)) << 2);
      }
      arraySetItem(array, index, value);
    }
    array.hash = 0;
    return array;
  }
  const out = array_new(array.count + 1);
  for (let i: u32 = 0; i < index; i++) array_append(out, arrayItem(array, i));
  if (value !== null) array_append(out, value);
  for (let i = index + dropped; i < array.count; i++) array_append(out, arrayItem(array, i));
  return out;
}

/** The object with `value` at `key`, or without the key when it is null. */
function objectWith(object: TableValue, key: Value, value: Value | null): TableValue {
  if (isOwned(object)) {
    if (value === null) tableRemove(object, tableFind(object, key));
    else object_insert(object, key, value);
    return object;
  }
  const count = scan_length(object);
  const out = object_new(count + 1);
  for (let i = 0; i < count; i++) {
    const other = scan_key(object, i);
    if (!valueEqual(other, key)) object_insert(out, other, scan_value(object, i));
  }
  if (value !== null) object_insert(out, key, value);
  return out;
}

function setWithout(set: TableValue, element: Value): TableValue {
  const count = scan_length(set);
  const out = set_new(count + 1);
  for (let i = 0; i < count; i++) {
    const item = scan_value(set, i);
    if (!valueEqual(item, element)) set_add(out, item);
  }
  return out;
}
