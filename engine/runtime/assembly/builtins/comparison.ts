// The comparison operators as built-ins.
import { value_compare, value_equal } from '../compare';
import { Value, booleanValue } from '../value';

export function builtin_eq(a: Value, b: Value): Value {
  return booleanValue(value_equal(a, b));
}

export function builtin_equal(a: Value, b: Value): Value {
  return booleanValue(value_equal(a, b));
}

export function builtin_neq(a: Value, b: Value): Value {
  return booleanValue(!value_equal(a, b));
}

export function builtin_lt(a: Value, b: Value): Value {
  return booleanValue(value_compare(a, b) < 0);
}

export function builtin_lte(a: Value, b: Value): Value {
  return booleanValue(value_compare(a, b) <= 0);
}

export function builtin_gt(a: Value, b: Value): Value {
  return booleanValue(value_compare(a, b) > 0);
}

export function builtin_gte(a: Value, b: Value): Value {
  return booleanValue(value_compare(a, b) >= 0);
}
