// Unification of two terms: variables without a value get one, patterns are taken apart, the rest is compared.
// Analysis has ordered the body so that one side is known wherever the other is not.
import type { Loc, ObjectTerm, Term } from '../ast/nodes.ts';
import type { BodyPlanner, Next } from './body-planner.ts';
import { localOperand } from './builder.ts';
import type { Operand } from './ir.ts';

/** Plans `a = b`. */
export function unify(planner: BodyPlanner, a: Term, b: Term, loc: Loc, next: Next): void {
  const aOpen = planner.hasUnbound(a);
  const bOpen = planner.hasUnbound(b);
  if (aOpen && bOpen) return unifyOpen(planner, a, b, loc, next);
  if (aOpen) return planner.term(b, (operand) => unifyOperand(planner, a, operand, loc, next));
  if (bOpen) return planner.term(a, (operand) => unifyOperand(planner, b, operand, loc, next));
  // A reference may bind variables of its own: the other side is read after it.
  planner.terms([a, b], ([x, y]) => {
    planner.fn.emit({ kind: 'equal', a: x!, b: y!, loc });
    next();
  });
}

/** Both sides hold variables without a value: patterns of the same shape, part by part. */
function unifyOpen(planner: BodyPlanner, a: Term, b: Term, loc: Loc, next: Next): void {
  if (a.kind === 'array' && b.kind === 'array') {
    if (a.items.length !== b.items.length) return fail(planner, loc);
    return unifyParts(
      planner,
      a.items.map((item, i) => [item, b.items[i]!] as const),
      loc,
      next,
    );
  }
  if (a.kind === 'object' && b.kind === 'object') {
    const pairs = matchKeys(planner, a, b);
    if (pairs === undefined) return fail(planner, loc);
    return unifyParts(planner, pairs, loc, next);
  }
  if (a.kind === 'var' && a.name.startsWith('$')) return next();
  if (b.kind === 'var' && b.name.startsWith('$')) return next();
  if (a.kind === 'var' || b.kind === 'var')
    throw new Error(`analysis left both sides unknown at ${loc.file}:${loc.row}`);
  fail(planner, loc);
}

/** Parts may only become known through one another: those with a known side go first. */
function unifyParts(planner: BodyPlanner, parts: readonly (readonly [Term, Term])[], loc: Loc, next: Next): void {
  if (parts.length === 0) return next();
  let pick = parts.findIndex(([a, b]) => !planner.hasUnbound(a) || !planner.hasUnbound(b));
  if (pick < 0) pick = parts.findIndex(([a, b]) => a.kind !== 'var' && b.kind !== 'var');
  if (pick < 0) pick = 0;
  const [a, b] = parts[pick]!;
  unify(planner, a, b, loc, () =>
    unifyParts(
      planner,
      parts.filter((_, i) => i !== pick),
      loc,
      next,
    ),
  );
}

/** Values paired by key when both patterns have the same ground keys. */
function matchKeys(planner: BodyPlanner, a: ObjectTerm, b: ObjectTerm): (readonly [Term, Term])[] | undefined {
  if (a.entries.length !== b.entries.length) return undefined;
  const key = (term: Term): string | undefined => {
    if (term.kind === 'var') {
      const operand = planner.operandOf(term.name);
      return operand === undefined ? undefined : JSON.stringify(operand);
    }
    return term.kind === 'string'
      ? `"${term.value}"`
      : term.kind === 'number'
        ? `n${Number(term.text)}`
        : term.kind === 'boolean'
          ? String(term.value)
          : term.kind;
  };
  const byKey = new Map(b.entries.map((entry) => [key(entry.key), entry.value]));
  const pairs: (readonly [Term, Term])[] = [];
  for (const entry of a.entries) {
    const other = byKey.get(key(entry.key));
    if (other === undefined) return undefined;
    pairs.push([entry.value, other]);
  }
  return pairs;
}

function fail(planner: BodyPlanner, loc: Loc): void {
  planner.fn.emit({ kind: 'istrue', source: planner.context.constants.operand(false), loc });
}

/** Plans `term = operand` for a value at hand. */
export function unifyOperand(planner: BodyPlanner, term: Term, operand: Operand, loc: Loc, next: Next): void {
  const { fn } = planner;
  if (!planner.hasUnbound(term))
    return planner.term(term, (other) => {
      fn.emit({ kind: 'equal', a: other, b: operand, loc });
      next();
    });
  switch (term.kind) {
    case 'var':
      return planner.bind(term.name, operand, next);
    case 'array':
      fn.emit({ kind: 'isarray', source: operand, loc });
      fn.emit({ kind: 'haslength', source: operand, count: term.items.length, loc });
      return unifyElements(
        planner,
        operand,
        term.items.map((item, i) => [{ kind: 'number', text: String(i), loc } satisfies Term, item] as const),
        loc,
        next,
      );
    case 'object':
      fn.emit({ kind: 'isobject', source: operand, loc });
      fn.emit({ kind: 'haslength', source: operand, count: term.entries.length, loc });
      return unifyElements(
        planner,
        operand,
        term.entries.map((entry) => [entry.key, entry.value] as const),
        loc,
        next,
      );
    default:
      // A set with unknown elements unifies with nothing.
      return fail(planner, loc);
  }
}

function unifyElements(
  planner: BodyPlanner,
  source: Operand,
  elements: readonly (readonly [Term, Term])[],
  loc: Loc,
  next: Next,
  i = 0,
): void {
  const element = elements[i];
  if (element === undefined) return next();
  planner.term(element[0], (key) => {
    const target = planner.fn.newLocal();
    planner.fn.emit({ kind: 'dot', source, key, target, loc });
    unifyOperand(planner, element[1], localOperand(target), loc, () =>
      unifyElements(planner, source, elements, loc, next, i + 1),
    );
  });
}
