// Switches over constants in constant time: which case of a static table holds a value.
// Leaves laying the tables out to engine/wasm/static-data.ts.
//
//   0      4
//   | mask | mask + 1 slots: | value | case number |
//
// A slot whose value is 0 is free; a value's slot is the first free or equal one from `hash & mask` on.
import { valueEqual, valueHash } from './compare';
import { FLAG_CONSTANT, KIND_STRING, Value, kindOf } from './value';

/** Number of the case that holds `value`, -1 when none does (also for 0). */
export function switch_lookup(table: usize, value: Value): i32 {
  const kind = kindOf(value);
  if (kind == 0) return -1;
  // A string that is no constant of the module equals none.
  if (kind == KIND_STRING && !(value.word & FLAG_CONSTANT)) return -1;
  const mask = load<u32>(table);
  const hash = valueHash(value);
  let slot = hash & mask;
  while (true) {
    const at = table + 4 + ((<usize>slot) << 3);
    const constant = load<u32>(at);
    if (constant == 0) return -1;
    if (constant == <u32>changetype<usize>(value)) return load<i32>(at, 4);
    if (kind != KIND_STRING && valueEqual(changetype<Value>(<usize>constant), value)) return load<i32>(at, 4);
    slot = (slot + 1) & mask;
  }
}
