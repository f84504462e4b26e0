// What two trees must share to be the same: everything but locations, comments and what only printing needs.
import { withoutLocations } from '../../engine/ast/compare.ts';
import type { Node } from '../../engine/ast/nodes.ts';

const PRINTING = new Set(['explicitBody', 'explicitLeft', 'explicitRight', 'usesIf', 'source', 'comments']);

/** The tree as plain data. Wildcards are numbered in the order in which they are met. */
export function sameTree(node: Node): unknown {
  const wildcards = new Map<string, string>();
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !PRINTING.has(name))
        .map(([name, item]: [string, unknown]) => {
          if (name !== 'name' || typeof item !== 'string' || !item.startsWith('$')) return [name, clean(item)];
          if (!wildcards.has(item)) wildcards.set(item, `$${wildcards.size}`);
          return [name, wildcards.get(item)];
        }),
    );
  };
  return clean(withoutLocations(node));
}
