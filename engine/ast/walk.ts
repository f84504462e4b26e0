// The shape of the tree: one table of child fields per kind, which drives `children`, `walk` and `rewrite`.
// What to do at a node is the visitor's business.
import type { Node, ObjectEntry } from './nodes.ts';

/** Fields of each kind that hold nodes, lists of nodes or object entries, in the order of evaluation and printing. */
export const CHILD_FIELDS: { readonly [Kind in Node['kind']]: readonly (keyof Extract<Node, { kind: Kind }>)[] } = {
  null: [],
  boolean: [],
  number: [],
  string: [],
  var: [],
  ref: ['head', 'operands'],
  array: ['items'],
  object: ['entries'],
  set: ['items'],
  arraycomprehension: ['term', 'body'],
  setcomprehension: ['term', 'body'],
  objectcomprehension: ['key', 'value', 'body'],
  call: ['operator', 'args'],
  templatestring: ['parts'],
  with: ['target', 'value'],
  termexpr: ['term', 'with'],
  callexpr: ['operator', 'args', 'with'],
  some: ['symbols', 'with'],
  every: ['key', 'value', 'domain', 'body', 'with'],
  not: ['body', 'with'],
  and: ['left', 'right', 'with'],
  or: ['left', 'right', 'with'],
  head: ['ref', 'args', 'key', 'value'],
  rule: ['head', 'body', 'else'],
  package: ['path'],
  import: ['path'],
  comment: [],
  annotations: [],
  module: ['package', 'imports', 'rules'],
};

type Item = Node | ObjectEntry;
type Field = Item | readonly Item[] | undefined;

function isNode(item: Item): item is Node {
  return 'kind' in item;
}

function field(node: Node, name: PropertyKey): Field {
  return (node as unknown as Readonly<Record<PropertyKey, Field>>)[name];
}

function isList(value: Field): value is readonly Item[] {
  return Array.isArray(value);
}

/** The nodes right under `node`, in order. Object entries give key and value. */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  const add = (item: Item): void => {
    if (isNode(item)) found.push(item);
    else found.push(item.key, item.value);
  };
  for (const name of CHILD_FIELDS[node.kind]) {
    const value = field(node, name);
    if (value === undefined) continue;
    if (isList(value)) value.forEach(add);
    else add(value);
  }
  return found;
}

/** Visits `node` and everything under it, parents first. `visit` returning `false` leaves out what is under that node. */
export function walk(node: Node | readonly Node[], visit: (node: Node) => boolean | void): void {
  if (Array.isArray(node)) {
    for (const item of node as readonly Node[]) walk(item, visit);
    return;
  }
  const one = node as Node;
  if (visit(one) === false) return;
  for (const child of children(one)) walk(child, visit);
}

/**
 * The tree with every node replaced by what `replace` makes of it, children first. Unchanged parts are shared with the
 * old tree. `replace` must give a node that may stand where the old one stood.
 */
export function rewrite<N extends Node>(node: N, replace: (node: Node) => Node): N {
  const changed: Record<PropertyKey, unknown> = {};
  let any = false;
  for (const name of CHILD_FIELDS[node.kind]) {
    const value = field(node, name);
    if (value === undefined) continue;
    const next = isList(value) ? rewriteList(value, replace) : isNode(value) ? rewrite(value, replace) : value;
    if (next !== value) {
      changed[name] = next;
      any = true;
    }
  }
  return replace(any ? { ...node, ...changed } : node) as N;
}

function rewriteList(list: readonly Item[], replace: (node: Node) => Node): readonly Item[] {
  let any = false;
  const next = list.map((item) => {
    const made = isNode(item) ? rewrite(item, replace) : rewriteEntry(item, replace);
    any ||= made !== item;
    return made;
  });
  return any ? next : list;
}

function rewriteEntry(entry: ObjectEntry, replace: (node: Node) => Node): ObjectEntry {
  const key = rewrite(entry.key, replace);
  const value = rewrite(entry.value, replace);
  return key === entry.key && value === entry.value ? entry : { key, value };
}
