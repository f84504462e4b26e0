// The order in which OPA tries the rules of a document: that of its rule index, a tree with a level per reference. Rules
// that say nothing of a reference come first, then those that need any value, then those that need a certain one.
// It decides which of several errors is met, what is printed before, and what coverage reaches before an answer is settled.
import { operatorName } from '../analysis/core.ts';
import type { CoreRule } from '../analysis/core.ts';
import type { Term } from '../ast/nodes.ts';
import { globTest } from './glob-test.ts';
import { groundValue } from './ground.ts';
import type { IndexScope, IsBase } from './rule-index.ts';
import { isPrinting } from './rule-body.ts';

/** What a rule says of a reference. */
type Demand = 'any' | 'value';

const RANK = { any: 1, value: 2 } as const;

interface Reference {
  count: number;
  readonly row: number;
  readonly col: number;
}

/** The rules in that order; equal ones keep theirs. */
export function inIndexOrder(rules: readonly CoreRule[], scope: IndexScope): CoreRule[] {
  const references = new Map<string, Reference>();
  const demands = new Map<CoreRule, Map<string, Demand>>();
  for (const rule of rules) demands.set(rule, demandsOf(rule, scope, references));
  const levels = [...references]
    .sort(([, a], [, b]) => b.count - a.count || a.row - b.row || a.col - b.col)
    .map(([key]) => key);
  const rank = (rule: CoreRule, key: string): number => {
    const demand = demands.get(rule)!.get(key);
    return demand === undefined ? 0 : RANK[demand];
  };
  return rules.toSorted((a, b) => {
    for (const key of levels) {
      const difference = rank(a, key) - rank(b, key);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

function demandsOf(
  rule: CoreRule,
  { isBase, globs }: IndexScope,
  references: Map<string, Reference>,
): Map<string, Demand> {
  const found = new Map<string, Demand>();
  const note = (key: string, { loc }: Term, demand: Demand): void => {
    found.set(key, demand);
    const before = references.get(key);
    if (before === undefined) references.set(key, { count: 1, row: loc.row, col: loc.col });
    else before.count++;
  };
  if (isPrinting(rule)) return found;
  /** References that variables stand for. */
  const stands = new Map<string, string>();
  for (const expr of rule.body) {
    if (expr.kind === 'termexpr') {
      if (expr.negated || expr.with.length > 0) continue;
      const key = referenceKey(expr.term, isBase);
      if (key !== undefined) note(key, expr.term, 'any');
    } else if (expr.kind === 'callexpr' && !expr.negated && expr.with.length === 0 && expr.args.length === 2) {
      const name = operatorName(expr.operator);
      if (name !== 'eq' && name !== 'equal') continue;
      const [a, b] = expr.args as [Term, Term];
      for (const [side, other] of [
        [a, b],
        [b, a],
      ] as const) {
        const key = referenceKey(side, isBase) ?? argumentKey(side, rule);
        const demand = demandOf(other);
        if (key === undefined || demand === undefined) continue;
        note(key, side, demand);
        if (other.kind === 'var') stands.set(other.name, key);
        break;
      }
    } else if (globs) {
      const subject = globTest(expr)?.subject;
      if (subject?.kind !== 'var') continue;
      const key = stands.get(subject.name) ?? argumentKey(subject, rule);
      if (key !== undefined) note(key, subject, 'value');
    }
  }
  return found;
}

function argumentKey(term: Term, rule: CoreRule): string | undefined {
  if (term.kind !== 'var') return undefined;
  const index = rule.args.findIndex((arg) => arg.kind === 'var' && arg.name === term.name);
  return index < 0 ? undefined : `args ${index}`;
}

/** A reference into the input or base data by constants. */
function referenceKey(term: Term, isBase: IsBase): string | undefined {
  if (term.kind !== 'ref' || term.head.kind !== 'var') return undefined;
  const { name } = term.head;
  if (name !== 'input' && !(name === 'data' && term.operands.length > 0 && isBase(term.operands))) return undefined;
  const keys = term.operands.map((operand) => groundValue(operand));
  return keys.includes(undefined) ? undefined : JSON.stringify([name, ...keys.map(String)]);
}

/** Scalars and flat arrays are looked up; a variable takes any value. */
function demandOf(term: Term): Demand | undefined {
  switch (term.kind) {
    case 'var':
      return 'any';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return 'value';
    case 'array':
      return term.items.every((item) => item.kind === 'var' || (item.kind !== 'array' && demandOf(item) !== undefined))
        ? 'value'
        : undefined;
    default:
      return undefined;
  }
}
