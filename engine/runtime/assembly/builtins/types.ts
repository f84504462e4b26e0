// Types and casts: `is_*`, `type_name`, `cast_*`.
import { ArrayValue, arrayItem, array_append, array_new } from '../array';
import { stringFromLiteral } from '../string';
import { scan_length, scan_value } from '../access';
import { set_add, set_new } from '../table';
import {
  KIND_ARRAY,
  KIND_BOOLEAN,
  KIND_NULL,
  KIND_NUMBER,
  KIND_OBJECT,
  KIND_SET,
  KIND_STRING,
  Value,
  booleanValue,
  kindOf,
} from '../value';
import { failKind, kindName } from './operand';

export function builtin_is_array(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_ARRAY);
}

export function builtin_is_boolean(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_BOOLEAN);
}

export function builtin_is_null(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_NULL);
}

export function builtin_is_number(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_NUMBER);
}

export function builtin_is_object(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_OBJECT);
}

export function builtin_is_set(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_SET);
}

export function builtin_is_string(value: Value): Value {
  return booleanValue(kindOf(value) == KIND_STRING);
}

export function builtin_type_name(value: Value): Value {
  return stringFromLiteral(kindName(kindOf(value)));
}

export function builtin_cast_array(value: Value): Value | null {
  const kind = kindOf(value);
  if (kind == KIND_ARRAY) return value;
  if (kind != KIND_SET) return failKind(1, (KIND_ARRAY << 4) | KIND_SET, value);
  const count = scan_length(value);
  const array = array_new(count);
  for (let i = 0; i < count; i++) array_append(array, scan_value(value, i));
  return array;
}

export function builtin_cast_set(value: Value): Value | null {
  const kind = kindOf(value);
  if (kind == KIND_SET) return value;
  if (kind != KIND_ARRAY) return failKind(1, (KIND_ARRAY << 4) | KIND_SET, value);
  const array = changetype<ArrayValue>(value);
  const set = set_new(array.count);
  for (let i: u32 = 0; i < array.count; i++) set_add(set, arrayItem(array, i));
  return set;
}

export function builtin_cast_boolean(value: Value): Value | null {
  return cast(value, KIND_BOOLEAN);
}

export function builtin_cast_null(value: Value): Value | null {
  return cast(value, KIND_NULL);
}

export function builtin_cast_object(value: Value): Value | null {
  return cast(value, KIND_OBJECT);
}

export function builtin_cast_string(value: Value): Value | null {
  return cast(value, KIND_STRING);
}

function cast(value: Value, kind: u32): Value | null {
  return kindOf(value) == kind ? value : failKind(1, kind, value);
}
