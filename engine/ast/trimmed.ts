// Lists that were made item by item and are kept from then on.

/** Lists longer than this have little room left over. */
const SHORT = 16;

/**
 * The items in a list that has no room for more. A list that was pushed to has room for sixteen, and of what the compiler keeps to its end
 * most are lists of one or two.
 */
export function trimmed<T>(items: T[]): T[] {
  return items.length <= SHORT ? items.slice() : items;
}
