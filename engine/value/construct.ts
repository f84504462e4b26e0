// Building sets and objects in Rego's order, and looking things up in them.
// Left to others: the order itself (compare.ts).
import { compareValues } from './compare.ts';
import { RegoObject, RegoSet } from './value.ts';
import type { Value } from './value.ts';

/** Whether each element comes strictly before the next one; most collections arrive that way. */
function isStrictlySorted<T>(list: readonly T[], key: (element: T) => Value): boolean {
  for (let i = 1; i < list.length; i++) if (compareValues(key(list[i - 1]!), key(list[i]!)) >= 0) return false;
  return true;
}

/** The set of the items: sorted, each once. */
export function makeSet(items: Iterable<Value>): RegoSet {
  const list = [...items];
  if (isStrictlySorted(list, (item) => item)) return new RegoSet(list);
  list.sort(compareValues);
  return new RegoSet(list.filter((item, i) => i === 0 || compareValues(list[i - 1]!, item) !== 0));
}

/** The object of the entries, sorted by key; of entries with the same key the last one counts. */
export function makeObject(entries: Iterable<readonly [Value, Value]>): RegoObject {
  const list = [...entries];
  if (isStrictlySorted(list, (entry) => entry[0])) return new RegoObject(list);
  // Array sort is stable: equal keys keep their order.
  list.sort((a, b) => compareValues(a[0], b[0]));
  return new RegoObject(
    list.filter((entry, i) => i === list.length - 1 || compareValues(entry[0], list[i + 1]![0]) !== 0),
  );
}

/** The object with a string key per property of `record`; properties that are `undefined` are left out. */
export function objectOf(record: Readonly<Record<string, Value | undefined>>): RegoObject {
  const entries: [Value, Value][] = [];
  for (const [key, value] of Object.entries(record)) if (value !== undefined) entries.push([key, value]);
  return makeObject(entries);
}

function find(length: number, key: Value, at: (index: number) => Value): number {
  let low = 0;
  let high = length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const order = compareValues(at(middle), key);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** The value at `key`, or undefined. Binary search: the entries are sorted. */
export function getKey(object: RegoObject, key: Value): Value | undefined {
  const index = find(object.entries.length, key, (i) => object.entries[i]![0]);
  return index < 0 ? undefined : object.entries[index]![1];
}

/** Whether the set has the item. */
export function hasItem(set: RegoSet, item: Value): boolean {
  return find(set.items.length, item, (i) => set.items[i]!) >= 0;
}

/** The element of a collection at `key` (array index, object key, the item of a set), or undefined. */
export function getElement(collection: Value, key: Value): Value | undefined {
  if (collection instanceof RegoObject) return getKey(collection, key);
  if (collection instanceof RegoSet) return hasItem(collection, key) ? key : undefined;
  if (Array.isArray(collection)) return typeof key === 'number' ? (collection as readonly Value[])[key] : undefined;
  return undefined;
}
