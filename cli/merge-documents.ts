// Puts documents from several files into one.
import { getKey, makeObject } from '../engine/value/construct.ts';
import { RegoObject, type Value } from '../engine/value/value.ts';

/** Both documents in one; undefined where they contradict each other. */
export function mergeDocuments(a: RegoObject, b: RegoObject): RegoObject | undefined {
  if (a.entries.length === 0) return b;
  const entries = new Map<Value, Value>(a.entries);
  for (const [key, value] of b.entries) {
    const before = getKey(a, key);
    if (before === undefined) {
      entries.set(key, value);
      continue;
    }
    if (!(before instanceof RegoObject) || !(value instanceof RegoObject)) return undefined;
    const merged = mergeDocuments(before, value);
    if (merged === undefined) return undefined;
    entries.set(key, merged);
  }
  return makeObject([...entries]);
}
