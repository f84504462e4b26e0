// `count`, `sum`, `product`, `max`, `min`, `sort`, `all`, `any`, and membership (`in`).
import { isWhole, numberAdd, numberAddFloat, numberMultiply, numberMultiplyFloat } from '../arithmetic';
import { ArrayValue } from '../array';
import { valueCompare, valueEqual } from '../compare';
import { NumberValue, numberFromInteger } from '../number';
import { StringValue } from '../string';
import { scan_key, scan_length, scan_value, value_get } from '../access';
import { TableValue, objectGet, setHas } from '../table';
import {
  KIND_ARRAY,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  booleanValue,
  kindOf,
  value_true,
} from '../value';
import { elementAt, failElement, failKind } from './operand';
import { runeCount } from './runes';

/** Items, elements, keys or code points. */
export function builtin_count(value: Value): Value | null {
  if (kindOf(value) == KIND_STRING) return numberFromInteger(runeCount(changetype<StringValue>(value)));
  const count = scan_length(value);
  if (count >= 0) return numberFromInteger(count);
  return failKind(1, (KIND_ARRAY << 12) | (KIND_OBJECT << 8) | (KIND_SET << 4) | KIND_STRING, value);
}

export function builtin_sum(numbers: Value): Value | null {
  if (!numbersOperand(numbers)) return null;
  const count = scan_length(numbers);
  const exact = areWhole(numbers, count);
  let sum = numberFromInteger(0);
  for (let i = 0; i < count; i++) {
    const number = changetype<NumberValue>(scan_value(numbers, i));
    sum = exact ? numberAdd(sum, number) : numberAddFloat(sum, number);
  }
  return sum;
}

export function builtin_product(numbers: Value): Value | null {
  if (!numbersOperand(numbers)) return null;
  const count = scan_length(numbers);
  const exact = areWhole(numbers, count);
  let product = numberFromInteger(1);
  for (let i = 0; i < count; i++) {
    const number = changetype<NumberValue>(scan_value(numbers, i));
    product = exact ? numberMultiply(product, number) : numberMultiplyFloat(product, number);
  }
  return product;
}

/** True when no number has a fraction. With one among them OPA calculates with floats throughout. */
function areWhole(numbers: Value, count: i32): bool {
  for (let i = 0; i < count; i++) if (!isWhole(changetype<NumberValue>(scan_value(numbers, i)))) return false;
  return true;
}

/** True for an array or a set of numbers; otherwise leaves an error. */
function numbersOperand(value: Value): bool {
  if (!listOperand(value)) return false;
  const count = scan_length(value);
  for (let i = 0; i < count; i++) {
    const item = scan_value(value, i);
    if (kindOf(item) == KIND_NUMBER) continue;
    failElement(1, value, item, 'number');
    return false;
  }
  return true;
}

/** True for an array or a set; otherwise leaves an error. */
function listOperand(value: Value): bool {
  const kind = kindOf(value);
  if (kind == KIND_ARRAY || kind == KIND_SET) return true;
  failKind(1, (KIND_SET << 4) | KIND_ARRAY, value);
  return false;
}

export function builtin_max(list: Value): Value | null {
  if (!listOperand(list)) return null;
  const count = scan_length(list);
  if (count == 0) return null;
  if (kindOf(list) == KIND_SET) return scan_value(list, count - 1);
  let most = scan_value(list, 0);
  for (let i = 1; i < count; i++) {
    const item = scan_value(list, i);
    if (valueCompare(most, item) <= 0) most = item;
  }
  return most;
}

export function builtin_min(list: Value): Value | null {
  if (!listOperand(list)) return null;
  const count = scan_length(list);
  if (count == 0) return null;
  let least = scan_value(list, 0);
  // OPA starts its search of a set with null, so a null in it does not count beside others.
  if (kindOf(list) == KIND_SET) return kindOf(least) == KIND_NULL && count > 1 ? scan_value(list, 1) : least;
  for (let i = 1; i < count; i++) {
    const item = scan_value(list, i);
    if (valueCompare(item, least) <= 0) least = item;
  }
  return least;
}

/** False when there is an element that is not `true`. */
export function builtin_all(list: Value): Value | null {
  if (!listOfTruths(list)) return null;
  const count = scan_length(list);
  for (let i = 0; i < count; i++) if (changetype<usize>(scan_value(list, i)) != value_true) return booleanValue(false);
  return booleanValue(true);
}

/** True when `true` is an element. */
export function builtin_any(list: Value): Value | null {
  if (!listOfTruths(list)) return null;
  const count = scan_length(list);
  for (let i = 0; i < count; i++) if (changetype<usize>(scan_value(list, i)) == value_true) return booleanValue(true);
  return booleanValue(false);
}

function listOfTruths(value: Value): bool {
  const kind = kindOf(value);
  if (kind == KIND_ARRAY || kind == KIND_SET) return true;
  failKind(1, (KIND_ARRAY << 4) | KIND_SET, value);
  return false;
}

/** `element in collection`: among items, elements, or an object's values. */
export function builtin_internal_member_2(element: Value, collection: Value): Value {
  const kind = kindOf(collection);
  if (kind == KIND_SET) return booleanValue(setHas(changetype<TableValue>(collection), element));
  const count = scan_length(collection);
  for (let i = 0; i < count; i++) if (valueEqual(scan_value(collection, i), element)) return booleanValue(true);
  return booleanValue(false);
}

/** `key, element in collection`. */
export function builtin_internal_member_3(key: Value, element: Value, collection: Value): Value {
  const at = elementAt(collection, key);
  return booleanValue(at !== null && valueEqual(at, element));
}
