// `walk`: every value within a value, itself first, with the path to it. A relation in OPA; here an array that the plan scans.
import { ArrayValue, arrayOf, array_append, array_new } from '../array';
import { enter, leave } from '../memory';
import { numberFromInteger } from '../number';
import { scan_key, scan_length, scan_value } from '../access';
import { KIND_ARRAY, KIND_OBJECT, KIND_SET, Value, kindOf } from '../value';

/** `[[path, value], …]`, outer values before inner ones. */
export function builtin_walk(value: Value): Value {
  const found = array_new(8);
  visit(value, array_new(8), found);
  return found;
}

function visit(value: Value, path: ArrayValue, found: ArrayValue): void {
  const pair = array_new(2);
  array_append(pair, arrayOf(path.items, path.count));
  array_append(pair, value);
  array_append(found, pair);
  const kind = kindOf(value);
  if (kind != KIND_ARRAY && kind != KIND_OBJECT && kind != KIND_SET) return;
  enter();
  const count = scan_length(value);
  for (let i = 0; i < count; i++) {
    const inner = scan_value(value, i);
    array_append(path, kind == KIND_ARRAY ? numberFromInteger(i) : kind == KIND_OBJECT ? scan_key(value, i) : inner);
    visit(inner, path, found);
    path.count--;
  }
  leave();
}
