// Comprehensions in loops: one that does not depend on the loop is made once, one that compares something with variables
// of the loop is made once for all their values, as a table. Says whether that can be done; comprehension-planner.ts does it.
import { operatorName } from '../analysis/core.ts';
import type { Body, Comprehension, Expr, Node, RefTerm, Term, VarTerm } from '../ast/nodes.ts';
import { rewrite, walk } from '../ast/walk.ts';

/** The variables that occur anywhere in a tree (and the heads of operators, which no variable is called like). */
export function variablesOf(node: Node): Set<string> {
  const names = new Set<string>();
  walk(node, (each) => {
    if (each.kind === 'var') names.add(each.name);
  });
  return names;
}

/** A comprehension whose references to parts of loop variables (`x.id`) are variables of their own. */
export interface Lifted {
  readonly term: Comprehension;
  /** The variable's name to what it stands for. */
  readonly refs: ReadonlyMap<string, RefTerm>;
}

export function liftReferences(term: Comprehension, keys: readonly string[]): Lifted {
  const refs = new Map<string, RefTerm>();
  const names = new Map<string, string>();
  const lifted = rewrite(term, (node) => {
    if (node.kind !== 'ref' || node.head.kind !== 'var' || !keys.includes(node.head.name)) return node;
    if (node.operands.length === 0 || node.operands.some((operand) => operand.kind !== 'string')) return node;
    const text = JSON.stringify([
      node.head.name,
      ...node.operands.map((operand) => 'value' in operand && operand.value),
    ]);
    const name = names.get(text) ?? `\0key${names.size}`;
    names.set(text, name);
    refs.set(name, node);
    return { kind: 'var', name, loc: node.loc } satisfies VarTerm;
  });
  return { term: lifted, refs };
}

/**
 * Whether the body finds the values of `keys` by itself, in its own order, when they are not known before: each meets a
 * comparison with something known, or is a key of a document, before anything else needs it.
 */
export function bindsKeys(body: Body, keys: readonly string[], bound: (name: string) => boolean): boolean {
  const unknown = new Set(keys);
  const known = new Set<string>();
  const isKnown = (name: string): boolean => known.has(name) || (bound(name) && !unknown.has(name));
  for (const expr of body) {
    const names = variablesOf(expr);
    const open = [...names].filter((name) => unknown.has(name));
    if (open.length > 1 || (open.length === 1 && !bindsIn(expr, open[0]!, isKnown))) return false;
    for (const name of open) unknown.delete(name);
    for (const name of names) known.add(name);
  }
  return unknown.size === 0;
}

function bindsIn(expr: Expr, key: string, isKnown: (name: string) => boolean): boolean {
  if (expr.with.length > 0) return false;
  if (expr.kind === 'termexpr') return !expr.negated && isKeyOf(expr.term, key, isKnown);
  if (expr.kind !== 'callexpr' || expr.negated || expr.args.length !== 2 || operatorName(expr.operator) !== 'eq')
    return false;
  const [a, b] = expr.args as [Term, Term];
  return bindsSide(a, b, key, isKnown) || bindsSide(b, a, key, isKnown);
}

function bindsSide(side: Term, other: Term, key: string, isKnown: (name: string) => boolean): boolean {
  const names = variablesOf(other);
  if (names.has(key)) return false;
  if (isKeyOf(side, key, isKnown)) return true;
  if (side.kind !== 'var' || side.name !== key) return false;
  return other.kind === 'ref' ? hasKnownHead(other, isKnown) : [...names].every(isKnown);
}

/** A reference with the variable as one of its operands: every key is a solution. */
function isKeyOf(term: Term, key: string, isKnown: (name: string) => boolean): boolean {
  return (
    term.kind === 'ref' &&
    hasKnownHead(term, isKnown) &&
    term.operands.some((operand) => operand.kind === 'var' && operand.name === key)
  );
}

function hasKnownHead({ head }: RefTerm, isKnown: (name: string) => boolean): boolean {
  return head.kind === 'var' && (head.name === 'data' || head.name === 'input' || isKnown(head.name));
}
