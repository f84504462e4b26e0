// Equality and OPA's order of terms and expressions, whatever their locations.
// Values at evaluation have their own order (`engine/value`), which agrees with this one on ground terms.
import { compareStrings } from '../value/compare.ts';
import { compareDecimals, parseDecimal, printDecimal } from '../value/number.ts';
import type { Body, Expr, Node, ObjectEntry, ObjectTerm, SetTerm, Term, With } from './nodes.ts';

type Order = -1 | 0 | 1;

const TERM_RANK: { readonly [Kind in Term['kind']]: number } = {
  null: 0,
  boolean: 1,
  number: 2,
  string: 3,
  templatestring: 4,
  var: 5,
  ref: 6,
  array: 7,
  object: 8,
  set: 9,
  arraycomprehension: 10,
  objectcomprehension: 11,
  setcomprehension: 12,
  call: 13,
};

const EXPR_RANK: { readonly [Kind in Expr['kind']]: number } = {
  some: 1,
  termexpr: 2,
  callexpr: 3,
  every: 4,
  not: 5,
  and: 6,
  or: 7,
};

function byNumber(a: number, b: number): Order {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isExpr(node: Term | Expr): node is Expr {
  return node.kind in EXPR_RANK;
}

function compareMany<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => Order): Order {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = compare(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return byNumber(a.length, b.length);
}

/** -1, 0 or 1 in OPA's order of terms: by kind, then by content. Sets and objects compare by their sorted content. */
export function compareTerms(a: Term, b: Term): Order {
  if (a.kind !== b.kind) return byNumber(TERM_RANK[a.kind], TERM_RANK[b.kind]);
  switch (a.kind) {
    case 'null':
      return 0;
    case 'boolean':
      return byNumber(Number(a.value), Number((b as typeof a).value));
    case 'number':
      return compareNumberTexts(a.text, (b as typeof a).text);
    case 'string':
      return compareStrings(a.value, (b as typeof a).value);
    case 'var':
      return compareStrings(a.name, (b as typeof a).name);
    case 'templatestring':
      return compareMany(a.parts, (b as typeof a).parts, compareParts);
    case 'ref': {
      const other = b as typeof a;
      return compareMany([a.head, ...a.operands], [other.head, ...other.operands], compareTerms);
    }
    case 'array':
      return compareMany(a.items, (b as typeof a).items, compareTerms);
    case 'object':
      return compareMany(sortedEntries(a), sortedEntries(b as typeof a), compareEntries);
    case 'set':
      return compareMany(sortedItems(a), sortedItems(b as typeof a), compareTerms);
    case 'arraycomprehension':
    case 'setcomprehension': {
      const other = b as typeof a;
      return compareTerms(a.term, other.term) || compareBodies(a.body, other.body);
    }
    case 'objectcomprehension': {
      const other = b as typeof a;
      return compareTerms(a.key, other.key) || compareTerms(a.value, other.value) || compareBodies(a.body, other.body);
    }
    case 'call': {
      const other = b as typeof a;
      return compareMany([a.operator, ...a.args], [other.operator, ...other.args], compareTerms);
    }
  }
}

function compareNumberTexts(a: string, b: string): Order {
  if (a === b) return 0;
  const x = parseDecimal(a);
  const y = parseDecimal(b);
  return x === undefined || y === undefined ? compareStrings(a, b) : compareDecimals(x, y);
}

function compareEntries(a: ObjectEntry, b: ObjectEntry): Order {
  return compareTerms(a.key, b.key) || compareTerms(a.value, b.value);
}

function compareParts(a: Term | Expr, b: Term | Expr): Order {
  if (isExpr(a) !== isExpr(b)) return isExpr(a) ? 1 : -1;
  return isExpr(a) ? compareExprs(a, b as Expr) : compareTerms(a, b as Term);
}

/** The order of bodies: expression by expression. */
export function compareBodies(a: Body, b: Body): Order {
  return compareMany(a, b, compareExprs);
}

/** The order of expressions: negation, kind, terms, then `with`. */
export function compareExprs(a: Expr, b: Expr): Order {
  const order = byNumber(Number(isNegated(a)), Number(isNegated(b))) || byNumber(EXPR_RANK[a.kind], EXPR_RANK[b.kind]);
  if (order !== 0) return order;
  return compareExprContent(a, b) || compareMany(a.with, b.with, compareWiths);
}

function isNegated(expr: Expr): boolean {
  return 'negated' in expr && expr.negated;
}

function compareExprContent(a: Expr, b: Expr): Order {
  switch (a.kind) {
    case 'termexpr':
      return compareTerms(a.term, (b as typeof a).term);
    case 'callexpr': {
      const other = b as typeof a;
      return compareMany([a.operator, ...a.args], [other.operator, ...other.args], compareTerms);
    }
    case 'some':
      return compareMany(a.symbols, (b as typeof a).symbols, compareTerms);
    case 'every': {
      const other = b as typeof a;
      const keys = compareMany(a.key ? [a.key] : [], other.key ? [other.key] : [], compareTerms);
      return (
        keys ||
        compareTerms(a.value, other.value) ||
        compareTerms(a.domain, other.domain) ||
        compareBodies(a.body, other.body)
      );
    }
    case 'not':
      return compareBodies(a.body, (b as typeof a).body);
    case 'and':
    case 'or': {
      const other = b as typeof a;
      return compareBodies(a.left, other.left) || compareBodies(a.right, other.right);
    }
  }
}

function compareWiths(a: With, b: With): Order {
  return compareTerms(a.target, b.target) || compareTerms(a.value, b.value);
}

/** Whether two terms are the same, locations apart. */
export function equalTerms(a: Term, b: Term): boolean {
  return a === b || compareTerms(a, b) === 0;
}

/** A set's items in OPA's order. */
export function sortedItems(set: SetTerm): readonly Term[] {
  return set.items.toSorted(compareTerms);
}

/** An object's entries in OPA's order of keys. */
export function sortedEntries(object: ObjectTerm): readonly ObjectEntry[] {
  return object.entries.toSorted((a, b) => compareTerms(a.key, b.key));
}

/** Items without repetitions, the first of equal ones kept: a set literal. */
export function uniqueItems(items: readonly Term[]): readonly Term[] {
  if (items.length < 2 || areUniqueStrings(items)) return items;
  const seen = new Map<string, Term>();
  for (const item of items) {
    const key = termKey(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return seen.size === items.length ? items : [...seen.values()];
}

/** Most sets are a few words. */
function areUniqueStrings(items: readonly Term[]): boolean {
  const seen = new Set<string>();
  for (const item of items) {
    if (item.kind !== 'string') return false;
    seen.add(item.value);
  }
  return seen.size === items.length;
}

/** Entries without repeated keys: the last value wins and takes the place of the first, as in OPA's object literals. */
export function uniqueEntries(entries: readonly ObjectEntry[]): readonly ObjectEntry[] {
  if (entries.length < 2) return entries;
  const seen = new Map<string, ObjectEntry>();
  for (const entry of entries) {
    const key = termKey(entry.key);
    const first = seen.get(key);
    seen.set(key, first === undefined ? entry : { key: first.key, value: entry.value });
  }
  return seen.size === entries.length ? entries : [...seen.values()];
}

/** Text that is the same for equal terms and no others. */
export function termKey(term: Term | Expr | With): string {
  switch (term.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(term.value);
    case 'number': {
      const decimal = parseDecimal(term.text);
      return decimal === undefined ? term.text : printDecimal(decimal);
    }
    case 'string':
      return JSON.stringify(term.value);
    case 'var':
      return term.name;
    case 'set':
      return `<${term.items.map(termKey).toSorted().join()}>`;
    case 'object':
      return `{${term.entries
        .map(({ key, value }) => `${termKey(key)}:${termKey(value)}`)
        .toSorted()
        .join()}}`;
    default:
      return `(${term.kind} ${contentKeys(term).join(' ')})`;
  }
}

type Composite = Exclude<
  Term | Expr | With,
  { kind: 'null' | 'boolean' | 'number' | 'string' | 'var' | 'set' | 'object' }
>;

function contentKeys(node: Composite): string[] {
  const keys = (list: readonly (Term | Expr | With)[]): string => `[${list.map(termKey).join()}]`;
  switch (node.kind) {
    case 'ref':
      return [termKey(node.head), keys(node.operands)];
    case 'array':
      return [keys(node.items)];
    case 'arraycomprehension':
    case 'setcomprehension':
      return [termKey(node.term), keys(node.body)];
    case 'objectcomprehension':
      return [termKey(node.key), termKey(node.value), keys(node.body)];
    case 'call':
      return [termKey(node.operator), keys(node.args)];
    case 'templatestring':
      return [keys(node.parts)];
    case 'with':
      return [termKey(node.target), termKey(node.value)];
    case 'termexpr':
      return [String(node.negated), termKey(node.term), keys(node.with)];
    case 'callexpr':
      return [String(node.negated), termKey(node.operator), keys(node.args), keys(node.with)];
    case 'some':
      return [keys(node.symbols), keys(node.with)];
    case 'every':
      return [
        String(node.negated),
        node.key === undefined ? '' : termKey(node.key),
        termKey(node.value),
        termKey(node.domain),
        keys(node.body),
        keys(node.with),
      ];
    case 'not':
      return [keys(node.body), keys(node.with)];
    case 'and':
    case 'or':
      return [keys(node.left), keys(node.right), keys(node.with)];
  }
}

/** The node without locations and without what only printing needs, for comparing trees. */
export function withoutLocations(node: Node): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) =>
      key === 'loc' || key === 'raw' || key === 'infix' ? undefined : value,
    ),
  );
}
