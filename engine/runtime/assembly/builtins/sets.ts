// Sets: `and`, `or`, `set_diff`, `union`, `intersection`; `minus` shares the difference.
import { KIND_SET, Value, kindOf } from '../value';
import { setOperand } from './operand';
import { scan_length, scan_value } from '../access';
import { TableValue, setHas, set_add, set_new } from '../table';

export function builtin_and(a: Value, b: Value): Value | null {
  const one = setOperand(a, 1);
  if (one === null) return null;
  const other = setOperand(b, 2);
  if (other === null) return null;
  return intersect(one, other);
}

export function builtin_or(a: Value, b: Value): Value | null {
  const one = setOperand(a, 1);
  if (one === null) return null;
  const other = setOperand(b, 2);
  if (other === null) return null;
  if (scan_length(other) == 0) return one;
  if (scan_length(one) == 0) return other;
  const all = set_new(scan_length(one) + scan_length(other));
  addAll(all, one);
  addAll(all, other);
  return all;
}

export function builtin_set_diff(a: Value, b: Value): Value | null {
  const one = setOperand(a, 1);
  if (one === null) return null;
  const other = setOperand(b, 2);
  if (other === null) return null;
  return difference(one, other);
}

function addAll(to: TableValue, from: TableValue): void {
  const count = scan_length(from);
  for (let i = 0; i < count; i++) set_add(to, scan_value(from, i));
}

function intersect(a: TableValue, b: TableValue): TableValue {
  const small = scan_length(a) <= scan_length(b) ? a : b;
  const large = small === a ? b : a;
  const count = scan_length(small);
  const common = set_new(count);
  for (let i = 0; i < count; i++) {
    const item = scan_value(small, i);
    if (setHas(large, item)) set_add(common, item);
  }
  return common;
}

/** Elements of `a` that are not in `b`. */
export function difference(a: TableValue, b: TableValue): TableValue {
  const count = scan_length(a);
  const rest = set_new(count);
  for (let i = 0; i < count; i++) {
    const item = scan_value(a, i);
    if (!setHas(b, item)) set_add(rest, item);
  }
  return rest;
}

export function builtin_union(sets: Value): Value | null {
  const all = setOfSets(sets);
  if (all === null) return null;
  const union = set_new(0);
  const count = scan_length(all);
  for (let i = 0; i < count; i++) addAll(union, changetype<TableValue>(scan_value(all, i)));
  return union;
}

export function builtin_intersection(sets: Value): Value | null {
  const all = setOfSets(sets);
  if (all === null) return null;
  const count = scan_length(all);
  if (count == 0) return set_new(0);
  let common = changetype<TableValue>(scan_value(all, 0));
  for (let i = 1; i < count; i++) common = intersect(common, changetype<TableValue>(scan_value(all, i)));
  return common;
}

/** The operand as a set of sets; OPA's error speaks of the element as if it were the operand. */
function setOfSets(value: Value): TableValue | null {
  const all = setOperand(value, 1);
  if (all === null) return null;
  const count = scan_length(all);
  for (let i = 0; i < count; i++) {
    const item = scan_value(all, i);
    if (kindOf(item) != KIND_SET) {
      setOperand(item, 1);
      return null;
    }
  }
  return all;
}
