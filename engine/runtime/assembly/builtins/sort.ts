// `sort`.
import { ArrayValue, array_append, array_new, arrayOf } from '../array';
import { allocate } from '../memory';
import { mergeSort } from '../table-sort';
import { scan_length, scan_value } from '../access';
import { KIND_ARRAY, KIND_SET, Value, kindOf } from '../value';
import { failKind } from './operand';

/** The items in Rego's order, as an array. */
export function builtin_sort(list: Value): Value | null {
  const kind = kindOf(list);
  if (kind == KIND_SET) {
    const count = scan_length(list);
    const sorted = array_new(count);
    for (let i = 0; i < count; i++) array_append(sorted, scan_value(list, i));
    return sorted;
  }
  if (kind != KIND_ARRAY) return failKind(1, (KIND_SET << 4) | KIND_ARRAY, list);
  const array = changetype<ArrayValue>(list);
  if (array.count < 2) return list;
  // Comparing may sort inner sets in scratch memory, so this is none.
  const bytes = (<usize>array.count) << 2;
  const items = allocate(bytes * 2);
  memory.copy(items, array.items, bytes);
  return arrayOf(mergeSort(items, items + bytes, array.count, 2), array.count);
}
