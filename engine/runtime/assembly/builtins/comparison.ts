// The comparison operators as built-ins.
import { valueCompare, valueEqual } from '../compare';
import { Value, booleanValue } from '../value';

export function builtin_eq(a: Value, b: Value): Value {
  return booleanValue(valueEqual(a, b));
}

export function builtin_equal(a: Value, b: Value): Value {
  return booleanValue(valueEqual(a, b));
}

export function builtin_neq(a: Value, b: Value): Value {
  return booleanValue(!valueEqual(a, b));
}

export function builtin_lt(a: Value, b: Value): Value {
  return booleanValue(valueCompare(a, b) < 0);
}

export function builtin_lte(a: Value, b: Value): Value {
  return booleanValue(valueCompare(a, b) <= 0);
}

export function builtin_gt(a: Value, b: Value): Value {
  return booleanValue(valueCompare(a, b) > 0);
}

export function builtin_gte(a: Value, b: Value): Value {
  return booleanValue(valueCompare(a, b) >= 0);
}
