// Rego's total order over values and its equality; exact on numbers of any size.
// Left to others: sorting and uniqueness of sets and objects (construct.ts), which these functions take as given.
import { compareNumbers } from './number.ts';
import { RegoNumber, RegoObject, RegoSet } from './value.ts';
import type { Value } from './value.ts';

/** null < boolean < number < string < array < object < set. */
const KIND_NAMES = ['null', 'boolean', 'number', 'string', 'array', 'object', 'set'] as const;

export type KindName = (typeof KIND_NAMES)[number];

function rank(value: Value): number {
  if (value === null) return 0;
  switch (typeof value) {
    case 'boolean':
      return 1;
    case 'number':
      return 2;
    case 'string':
      return 3;
  }
  if (value instanceof RegoNumber) return 2;
  if (value instanceof RegoObject) return 5;
  return value instanceof RegoSet ? 6 : 4;
}

/** The name Rego's `type_name` gives to the value's type. */
export function kindName(value: Value): KindName {
  return KIND_NAMES[rank(value)]!;
}

/** -1, 0 or 1 by Unicode code point (UTF-8 byte) order, where JavaScript's own order goes by UTF-16 units. */
export function compareStrings(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA === unitB) continue;
    // A surrogate belongs to a code point above every other unit.
    const surrogateA = unitA >= 0xd800 && unitA <= 0xdfff;
    const surrogateB = unitB >= 0xd800 && unitB <= 0xdfff;
    if (surrogateA !== surrogateB) return surrogateA ? 1 : -1;
    return unitA < unitB ? -1 : 1;
  }
  return a.length < b.length ? -1 : 1;
}

/** -1, 0 or 1 by Rego's order. Objects compare entry by entry, key before value; a prefix comes first. */
export function compareValues(a: Value, b: Value): -1 | 0 | 1 {
  if (a === b) return 0;
  const rankA = rank(a);
  const rankB = rank(b);
  if (rankA !== rankB) return rankA < rankB ? -1 : 1;
  switch (rankA) {
    case 1:
      return a === false ? -1 : 1;
    case 2:
      return compareNumbers(a as number | RegoNumber, b as number | RegoNumber);
    case 3:
      return compareStrings(a as string, b as string);
    case 4:
      return compareLists(a as readonly Value[], b as readonly Value[]);
    case 5:
      return compareObjects(a as RegoObject, b as RegoObject);
    case 6:
      return compareLists((a as RegoSet).items, (b as RegoSet).items);
    default:
      return 0;
  }
}

function compareLists(a: readonly Value[], b: readonly Value[]): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

function compareObjects({ entries: a }: RegoObject, { entries: b }: RegoObject): -1 | 0 | 1 {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compareValues(a[i]![0], b[i]![0]) || compareValues(a[i]![1], b[i]![1]);
    if (order !== 0) return order;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** Rego's equality: 1 and 1.0 are equal, and so are sets and objects with the same content. */
export function equalValues(a: Value, b: Value): boolean {
  return compareValues(a, b) === 0;
}
